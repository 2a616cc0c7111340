from .category import Category
from .product import *
from .stock import Shelf, Warehouse

__all__ = ["Category", "Product", "Book", "Textbook", "Bundle", "BundleItem", "Shelf", "Warehouse"]
