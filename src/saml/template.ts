/**
 * Whether a value is one that its reader has to fill in: `{tenantid}`, `<your-domain>`, `YOUR_TENANT`, a tenant of zeros, or Entra's addresses for all tenants.
 * Source of these: Microsoft's page of federation metadata ("tenant-independent").
 */
export function isTemplate(given: string): boolean {
  const value = given.slice(0, 1000);
  return (
    /\{[^}]{0,100}\}|<[^>]{0,100}>|%7B.{0,100}%7D|\b(?:your|my)[-_](?:\w{1,30}[-_])?(?:tenant|domain|company|org)|\b0{8}(?:-0{4}){3}-0{12}\b/i.test(
      value,
    ) ||
    /^https:\/\/(?:login\.microsoftonline\.(?:com|us)|login\.(?:partner\.microsoftonline|chinacloudapi)\.cn|sts\.windows\.net)\/(?:common|organizations|consumers|tenant(?:-?id)?)(?:[/?]|$)/i.test(
      value,
    )
  );
}
