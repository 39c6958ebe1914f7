export interface Directory {
  tenantId: string;
}
