export type Fact = never;
