/** What the tests use of Function Compute's older SDK, which has no types of its own. */
declare module '@alicloud/fc2' {
  interface Options {
    readonly accessKeyID: string;
    readonly accessKeySecret: string;
    readonly region: string;
    readonly endpoint: string;
  }
  class Client {
    constructor(accountId: string, options: Options);
    /** The API's version, which is the first part of every path. */
    version: string;
    post(
      path: string,
      body: string,
      headers: Readonly<Record<string, string>>,
    ): Promise<{ readonly data: unknown; readonly headers: Readonly<Record<string, string>> }>;
    getTempBucketToken(): Promise<{
      readonly data: {
        readonly ossBucket: string;
        readonly objectName: string;
        readonly credentials: { readonly SecurityToken: string };
      };
    }>;
  }
  export = Client;
}
