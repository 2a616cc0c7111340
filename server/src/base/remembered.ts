interface Answers<Key, Answer> {
  get(key: Key): Answer | undefined;
  set(key: Key, answer: Answer): unknown;
}

/** The answer for the key: what `find` gives the first time that somebody asks. */
export function remembered<Key, Answer extends NonNullable<unknown>>(
  answers: Answers<Key, Answer>,
  key: Key,
  find: () => Answer,
): Answer {
  let answer = answers.get(key);
  if (answer === undefined) {
    answer = find();
    answers.set(key, answer);
  }
  return answer;
}
