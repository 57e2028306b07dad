import Credential from '../../scripts/bundle/credentials';
import teaXml from '../../scripts/bundle/tea-xml';

describe("what stands in the bundles for the core client's packages", () => {
  test('reads the code and the request id of an error that the gateway writes in XML', () => {
    const xml =
      '<?xml version="1.0"?><Error><RequestId>D9CB3933</RequestId><Code>Throttling.User</Code><Message>Slow down</Message></Error>';
    expect(teaXml.parseXml(xml)).toEqual({
      Error: { RequestId: 'D9CB3933', Code: 'Throttling.User', Message: 'Slow down' },
    });
  });

  test('refuses to look for keys by itself, and says what to give it', () => {
    expect(() => Credential()).toThrow('give the core client a `credential`');
  });
});
