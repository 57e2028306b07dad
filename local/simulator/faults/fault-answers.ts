/** The answers that faults put in the place of the right one. */
import type { BrokenAnswer, Fault } from './faults';
import { gatewayError, JSON_TYPE, productError, type Answer, type Envelope } from '../wire';

/** What the first of `faults` that replaces the answer makes of it; null when none does. */
export function answerInstead(faults: readonly Fault[], envelope: Envelope): Answer | null {
  for (const fault of faults) {
    switch (fault.fault) {
      case 'code': {
        const write = fault.httpStatus < 400 ? productError : gatewayError;
        return write(envelope, fault.httpStatus, fault.code, fault.message);
      }
      case 'raw':
        return plain(fault.httpStatus, fault.contentType, fault.body, 'raw');
      case 'broken':
        return brokenAnswer(fault.as, envelope);
      default:
    }
  }
  return null;
}

function brokenAnswer(as: BrokenAnswer, { requestId }: Envelope): Answer {
  switch (as) {
    case 'empty-500':
      return plain(500, JSON_TYPE, '', as);
    case 'no-content-204':
      return plain(204, JSON_TYPE, '', as);
    case 'html-502':
      return plain(502, 'text/html', '<html><body><h1>502 Bad Gateway</h1></body></html>', as);
    case 'array':
      return plain(200, JSON_TYPE, '[]', as);
    case 'null':
      return plain(200, JSON_TYPE, 'null', as);
    case 'no-code':
      return plain(200, JSON_TYPE, `{"RequestId":"${requestId}","Data":"[]"}`, as);
    case 'no-code-400':
      return plain(400, JSON_TYPE, `{"RequestId":"${requestId}"}`, as);
    case 'redirect-302': {
      const answer = plain(302, 'text/html', '', as);
      return { ...answer, headers: { ...answer.headers, location: '/elsewhere' } };
    }
    case 'truncated-json':
      return plain(200, JSON_TYPE, `{"RequestId":"${requestId}","Code":"OK","Data":"[{\\"id\\":1`, as);
  }
}

function plain(status: number, contentType: string, body: string, outcome: string): Answer {
  return { status, headers: { 'content-type': contentType }, body, outcome };
}
