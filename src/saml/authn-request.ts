/** What a SAML AuthnRequest asks of the identity provider. All of it is remote text. */
export interface AuthnRequest {
  id: string;
  /** The Entity ID of the service provider. */
  issuer: string;
  acsUrl?: string;
  destination?: string;
  nameIdFormat?: string;
  authnContextClassRef?: string;
  binding: 'HTTP-Redirect' | 'HTTP-POST';
}
