export interface FlexAccount {
  accountSid: string;
}
