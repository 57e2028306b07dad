/** The protobuf messages as the official SDK brings them: the stand-in uses those that it names here. */
declare module 'tablestore/lib/protocol/tablestore_compiled_proto.js' {
  interface MessageType<T> {
    decode(bytes: Uint8Array): T;
    encode(message: Partial<T>): { finish(): Uint8Array };
  }

  interface Condition {
    /** 0 IGNORE, 1 EXPECT_EXIST, 2 EXPECT_NOT_EXIST. */
    rowExistence: number;
    /** An encoded Filter; empty when there is none. */
    columnCondition: Uint8Array;
  }

  interface TableMeta {
    tableName: string;
    /** 1 INTEGER, 2 STRING, 3 BINARY. */
    primaryKey: { name: string; type: number }[];
  }

  interface CapacityUnit {
    read: number;
    write: number;
  }

  interface Reserved {
    capacityUnit: CapacityUnit;
  }

  interface TableOptions {
    timeToLive: number;
    maxVersions: number;
  }

  interface RowAnswer {
    consumed: Reserved;
    row: Uint8Array;
  }

  interface Filter {
    /** 1 single column, 2 composite, 3 pagination. */
    type: number;
    filter: Uint8Array;
  }

  interface SingleColumnValueFilter {
    comparator: number;
    columnName: string;
    columnValue: Uint8Array;
    filterIfMissing: boolean;
  }

  interface CompositeColumnValueFilter {
    /** 1 NOT, 2 AND, 3 OR. */
    combinator: number;
    subFilters: Filter[];
  }

  interface MainMessages {
    Error: MessageType<{ code: string; message: string }>;
    CreateTableRequest: MessageType<{
      tableMeta: TableMeta;
      reservedThroughput: Reserved;
      tableOptions: TableOptions | null;
    }>;
    CreateTableResponse: MessageType<object>;
    ListTableResponse: MessageType<{ tableNames: string[] }>;
    DeleteTableRequest: MessageType<{ tableName: string }>;
    DeleteTableResponse: MessageType<object>;
    DescribeTableRequest: MessageType<{ tableName: string }>;
    DescribeTableResponse: MessageType<{
      tableMeta: TableMeta;
      reservedThroughputDetails: { capacityUnit: CapacityUnit; lastIncreaseTime: number };
      tableOptions: TableOptions;
      tableStatus: number;
    }>;
    GetRowRequest: MessageType<{ tableName: string; primaryKey: Uint8Array; columnsToGet: string[] }>;
    GetRowResponse: MessageType<RowAnswer>;
    PutRowRequest: MessageType<{ tableName: string; row: Uint8Array; condition: Condition }>;
    PutRowResponse: MessageType<RowAnswer>;
    UpdateRowRequest: MessageType<{ tableName: string; rowChange: Uint8Array; condition: Condition }>;
    UpdateRowResponse: MessageType<RowAnswer>;
    DeleteRowRequest: MessageType<{ tableName: string; primaryKey: Uint8Array; condition: Condition }>;
    DeleteRowResponse: MessageType<RowAnswer>;
  }

  interface FilterMessages {
    Filter: MessageType<Filter>;
    SingleColumnValueFilter: MessageType<SingleColumnValueFilter>;
    CompositeColumnValueFilter: MessageType<CompositeColumnValueFilter>;
  }

  const root: { main: { proto: MainMessages }; filter: { proto: FilterMessages } };
  export default root;
  export type { CapacityUnit, Condition, Filter, TableMeta, TableOptions };
}
