/** The part of the official SDK that the store uses; the package brings no types. Read from its source, version 5.6.5. */
declare module 'tablestore' {
  import type { Agent, IncomingMessage } from 'node:http';

  /** Int64 comes and goes as an object of its own. */
  type ColumnValue = string | number | boolean | Buffer | object;

  interface Row {
    /** Absent when there is no such row. */
    primaryKey?: { name: string; value: ColumnValue }[];
    attributes?: { columnName: string; columnValue: ColumnValue | null; timestamp: unknown }[];
  }

  interface Request {
    /** Absent until the request is sent. */
    httpRequest: { stream?: { destroy(): void } };
    on(
      event: 'httpHeaders',
      listener: (
        status: number,
        headers: unknown,
        response: { httpResponse: { stream: IncomingMessage } },
      ) => void,
    ): void;
  }

  type Callback = (error: Error | null, data: { row?: Row } | null) => void;

  interface Client {
    getRow(params: object, callback: Callback): Request;
    putRow(params: object, callback: Callback): Request;
    createTable(params: object, callback: Callback): Request;
  }

  interface Sdk {
    Client: new (config: {
      accessKeyId: string;
      secretAccessKey: string;
      securityToken?: string;
      endpoint: string;
      instancename: string;
      maxRetries: number;
      httpOptions?: { agent: Agent };
    }) => Client;
    Condition: new (rowExistence: number, columnCondition: object | null) => object;
    SingleColumnCondition: new (
      columnName: string,
      columnValue: ColumnValue,
      comparator: number,
      passIfMissing: boolean,
    ) => object;
    RowExistenceExpectation: { EXPECT_EXIST: number; EXPECT_NOT_EXIST: number };
    ComparatorType: { EQUAL: number };
    /** 2: an answer is read at its "readable"; 1: as it comes. */
    HttpClient: { streamsApiVersion: 1 | 2 };
    util: { base64: { encode(text: string): string } };
  }

  const sdk: Sdk;
  export default sdk;
  export type { Callback, Client, ColumnValue, Request, Row, Sdk };
}
