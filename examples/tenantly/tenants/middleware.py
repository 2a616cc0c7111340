from .models import Tenant


class CurrentTenantMiddleware:
    """Gives every request the tenant of the user who is logged in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.tenant = None
        if request.user.is_authenticated and request.user.tenant_id is not None:
            # Problem: query-on-every-request (QS416): tenant and plan hardly ever change and are read each time.
            request.tenant = Tenant.objects.select_related("plan").get(pk=request.user.tenant_id)
        return self.get_response(request)
