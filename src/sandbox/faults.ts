/** Bad manners that the sandbox's services can be told to have, by name, with what each does in words for `sandbox --help`. */
export const faults: Readonly<Record<string, string>> = {};
