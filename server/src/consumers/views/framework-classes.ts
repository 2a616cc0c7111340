/** Django's generic views, and those of django-filter: which class derives from which, and what each gives to the classes of a project. */

interface FrameworkClass {
  readonly bases: readonly string[];
  /** Values of attributes that are not `None`. */
  readonly attributes?: Readonly<Record<string, string | boolean>>;
}

/** By module of `django.views.generic`. */
const modules: Readonly<Record<string, Readonly<Record<string, FrameworkClass>>>> = {
  base: {
    ContextMixin: { bases: [] },
    View: { bases: [] },
    TemplateResponseMixin: { bases: [] },
    TemplateView: { bases: ["TemplateResponseMixin", "ContextMixin", "View"] },
    RedirectView: { bases: ["View"] },
  },
  list: {
    MultipleObjectMixin: { bases: ["ContextMixin"], attributes: { allow_empty: true } },
    BaseListView: { bases: ["MultipleObjectMixin", "View"] },
    MultipleObjectTemplateResponseMixin: {
      bases: ["TemplateResponseMixin"],
      attributes: { template_name_suffix: "_list" },
    },
    ListView: { bases: ["MultipleObjectTemplateResponseMixin", "BaseListView"] },
  },
  detail: {
    SingleObjectMixin: { bases: ["ContextMixin"] },
    BaseDetailView: { bases: ["SingleObjectMixin", "View"] },
    SingleObjectTemplateResponseMixin: {
      bases: ["TemplateResponseMixin"],
      attributes: { template_name_suffix: "_detail" },
    },
    DetailView: { bases: ["SingleObjectTemplateResponseMixin", "BaseDetailView"] },
  },
  edit: {
    FormMixin: { bases: ["ContextMixin"] },
    ModelFormMixin: { bases: ["FormMixin", "SingleObjectMixin"] },
    ProcessFormView: { bases: ["View"] },
    BaseFormView: { bases: ["FormMixin", "ProcessFormView"] },
    FormView: { bases: ["TemplateResponseMixin", "BaseFormView"] },
    BaseCreateView: { bases: ["ModelFormMixin", "ProcessFormView"] },
    CreateView: {
      bases: ["SingleObjectTemplateResponseMixin", "BaseCreateView"],
      attributes: { template_name_suffix: "_form" },
    },
    BaseUpdateView: { bases: ["ModelFormMixin", "ProcessFormView"] },
    UpdateView: {
      bases: ["SingleObjectTemplateResponseMixin", "BaseUpdateView"],
      attributes: { template_name_suffix: "_form" },
    },
    DeletionMixin: { bases: [] },
    BaseDeleteView: { bases: ["DeletionMixin", "FormMixin", "BaseDetailView"] },
    DeleteView: {
      bases: ["SingleObjectTemplateResponseMixin", "BaseDeleteView"],
      attributes: { template_name_suffix: "_confirm_delete" },
    },
  },
  dates: {
    YearMixin: { bases: [] },
    MonthMixin: { bases: [] },
    DayMixin: { bases: [] },
    WeekMixin: { bases: [] },
    DateMixin: { bases: [] },
    BaseDateListView: {
      bases: ["MultipleObjectMixin", "DateMixin", "View"],
      attributes: { allow_empty: false },
    },
    BaseArchiveIndexView: { bases: ["BaseDateListView"], attributes: { context_object_name: "latest" } },
    ArchiveIndexView: archive("BaseArchiveIndexView", "_archive"),
    BaseYearArchiveView: {
      bases: ["YearMixin", "BaseDateListView"],
      attributes: { make_object_list: false },
    },
    YearArchiveView: archive("BaseYearArchiveView", "_archive_year"),
    BaseMonthArchiveView: { bases: ["YearMixin", "MonthMixin", "BaseDateListView"] },
    MonthArchiveView: archive("BaseMonthArchiveView", "_archive_month"),
    BaseWeekArchiveView: { bases: ["YearMixin", "WeekMixin", "BaseDateListView"] },
    WeekArchiveView: archive("BaseWeekArchiveView", "_archive_week"),
    BaseDayArchiveView: { bases: ["YearMixin", "MonthMixin", "DayMixin", "BaseDateListView"] },
    DayArchiveView: archive("BaseDayArchiveView", "_archive_day"),
    BaseTodayArchiveView: { bases: ["BaseDayArchiveView"] },
    TodayArchiveView: archive("BaseTodayArchiveView", "_archive_day"),
    BaseDateDetailView: { bases: ["YearMixin", "MonthMixin", "DayMixin", "DateMixin", "BaseDetailView"] },
    DateDetailView: { bases: ["SingleObjectTemplateResponseMixin", "BaseDateDetailView"] },
  },
};

/** `django_filters.views` */
const filterViews: Readonly<Record<string, FrameworkClass>> = {
  FilterMixin: { bases: [] },
  BaseFilterView: { bases: ["FilterMixin", "MultipleObjectMixin", "View"] },
  FilterView: {
    bases: ["MultipleObjectTemplateResponseMixin", "BaseFilterView"],
    attributes: { template_name_suffix: "_filter" },
  },
};

function archive(base: string, suffix: string): FrameworkClass {
  return {
    bases: ["MultipleObjectTemplateResponseMixin", base],
    attributes: { template_name_suffix: suffix },
  };
}

const classes: ReadonlyMap<string, FrameworkClass> = new Map(
  [...Object.values(modules), filterViews].flatMap((module) => Object.entries(module)),
);

const namesByDottedName: ReadonlyMap<string, string> = new Map([
  ["django.views.View", "View"],
  ...Object.entries(modules).flatMap(([module, members]) =>
    Object.keys(members).flatMap((name): [string, string][] => [
      [`django.views.generic.${name}`, name],
      [`django.views.generic.${module}.${name}`, name],
    ]),
  ),
  ...Object.keys(filterViews).map((name) => [`django_filters.views.${name}`, name] as const),
]);

/** Under every name by which they are imported. */
export const dottedNames: ReadonlySet<string> = new Set(namesByDottedName.keys());

/** `ListView` for `django.views.generic.list.ListView`; undefined for other classes. */
export function frameworkClassNamed(dottedName: string): string | undefined {
  return namesByDottedName.get(dottedName);
}

/** The class and its bases in the order in which Python asks them. */
export function linearization(name: string): readonly string[] {
  const order = [name, ...(classes.get(name)?.bases ?? []).flatMap(linearization)];
  return order.filter((base, index) => order.lastIndexOf(base) === index);
}

export function frameworkAttribute(name: string, attribute: string): string | boolean | undefined {
  const { attributes } = classes.get(name) ?? {};
  return attributes && Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
}
