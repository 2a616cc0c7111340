/** Where an object keeps what is remembered of it. */
const kept = Symbol("answers");

interface Keeping {
  readonly [kept]?: Map<object, unknown>;
}

/**
 * Answers about objects, each kept in its object for as long as that lives: a module, a program, the facts of one run.
 *
 * To a collection of young objects every value in an older `WeakMap` is alive, and with it all that the value leads to: one
 * answer about a file that is typed in, and its tree outlives it. For whole files and programs this is therefore the map
 * to use. It has to be one of a module: what it has put into an object stays there.
 */
export class AnswersOf<Key extends object, Answer extends NonNullable<unknown>> {
  get(key: Key): Answer | undefined {
    // Only `set` puts something in under this name.
    return (key as Keeping)[kept]?.get(this) as Answer | undefined;
  }

  set(key: Key, answer: Answer): void {
    const answers = (key as Keeping)[kept];
    if (answers) answers.set(this, answer);
    // Copies by `{ ...key }` are other objects, with answers of their own.
    else Object.defineProperty(key, kept, { value: new Map([[this, answer]]) });
  }
}
