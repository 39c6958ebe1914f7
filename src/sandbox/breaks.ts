/** Misconfigurations and failures that the sandbox can be told to have, by name, with what each is in words for `sandbox --help`. */
export const breaks: Readonly<Record<string, string>> = {};
