import {
  EMPTY_RECORD,
  type AcceptedStart,
  type Acknowledgement,
  type OperatorsRecord,
} from '../../../shared/operators/record';

const AT = 1_560_495_383_000;

export const acknowledged = (fields: Partial<Acknowledgement>): Acknowledgement => ({
  ...{ id: '1045001', condition: 'ARREARS_STOP', since: AT - 60_000, by: '张三', at: AT, until: null },
  ...fields,
});

export const started = (fields: Partial<AcceptedStart>): AcceptedStart => ({
  ...{ id: '1045001', by: 'operator 1a2b', at: AT },
  ...fields,
});

export const RECORD: OperatorsRecord = {
  acknowledged: [acknowledged({ id: '9007199254740993', until: AT + 1 }), acknowledged({ by: '\u2028"\\' })],
  started: [started({}), started({ by: '李四' })],
};

/** One in which these are held. */
export const recordOf = (...ids: string[]): OperatorsRecord => ({
  ...EMPTY_RECORD,
  acknowledged: ids.map((id) => acknowledged({ id })),
});
