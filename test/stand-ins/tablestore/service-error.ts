/** What Tablestore refuses with: https://www.alibabacloud.com/help/en/tablestore/developer-reference/error-codes */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
