/**
 * Functions that return what a string names: `import_string("shop.forms.OrderForm")`. Which functions do so, and how
 * their arguments make up a name, is knowledge of the frameworks and comes from outside.
 */
export interface LoadingCall {
  /** Dotted name of the called function: `django.utils.module_loading.import_string`. */
  readonly function: string;
  /** Positional arguments. */
  readonly arguments: readonly LoadingArgument[];
  /** Which element is meant, where the call returns several things. */
  readonly item: number | undefined;
}

export type LoadingArgument =
  | string
  | readonly string[]
  /** A name of a library: `{ external: "django.conf.settings.ORDER_FORM" }`. */
  | { readonly external: string }
  /** Anything else. */
  | undefined;

/** Dotted names of what the call may return, best first: the first that exists is taken. Empty for other functions. */
export type StringLoader = (call: LoadingCall) => readonly string[];
