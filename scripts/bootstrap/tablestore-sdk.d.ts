/** What bootstrap uses of the official SDK beyond what the store does (shared/documents/tablestore/sdk.d.ts). */
declare module 'tablestore' {
  interface Client {
    listTable(
      params: object,
      callback: (error: unknown, data: { tableNames?: string[] } | null) => void,
    ): Request;
    deleteTable(params: { tableName: string }, callback: (error: unknown) => void): Request;
  }
}
