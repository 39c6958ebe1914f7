/** `error`: the login fails, or Flex is harmed. `warning`: it works, and should be mended. `info`: worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/** Whose product it is that has to be changed. */
type Product =
  | 'Flex Console'
  | 'Flex UI'
  | 'Microsoft Entra'
  | 'the identity provider'
  | 'flex-sso'
  | 'this computer'
  | 'the browser';

export interface Fix {
  readonly product: Product;
  /** The page and the field, by their labels there. */
  readonly field: string;
  readonly action: string;
  /** What to do instead, if the action is in Entra's words and the identity provider is another one. */
  readonly elsewhere?: string;
  /** Which of the values that every identity provider has under a name of its own; see `identity-providers/labels.ts`. */
  readonly label?: 'entityId' | 'acsUrl' | 'issuer' | 'ssoUrl' | 'certificate';
}

/** How a cause shows itself. A symptom with `likely` does not prove its cause: it is inferred, or shared with other causes. */
export type Symptom = { readonly likely?: true } & (
  | {
      /** Number of an AADSTS error. Source: Microsoft's list of authentication error codes. */ readonly aadsts: string;
    }
  | {
      /** Twilio's error code, and where it has several causes what its message says. */ readonly twilio: number;
      readonly says?: RegExp;
    }
  | { /** Words of an error message. */ readonly says: RegExp }
  | { /** What a check compares to find it. */ readonly check: string }
);

/** Why a login fails, or will fail: data alone, so that every command explains it in the same words. */
export interface Cause {
  readonly severity: Severity;
  readonly title: string;
  /** What it means, in plain words. */
  readonly explanation: string;
  readonly fix: Fix;
  readonly symptoms: readonly Symptom[];
}
