import * as fc from 'fast-check';
import { beijingDate, beijingIso, beijingMinute, isDate, parseVendorTime } from '../../shared/beijing-time';

describe("the vendor's time", () => {
  it.each([
    { name: 'as the list writes it', value: '2019.06.14 14:55:23', iso: '2019-06-14T14:55:23+08:00' },
    { name: 'as the detail writes it', value: '2019-06-14 14:55:23', iso: '2019-06-14T14:55:23+08:00' },
    { name: 'on a leap day', value: '2024.02.29 00:00:00', iso: '2024-02-29T00:00:00+08:00' },
    { name: 'with blanks around', value: ' 2019.06.14 14:55:23 ', iso: '2019-06-14T14:55:23+08:00' },
  ])('is Beijing time: $name', ({ value, iso }) => {
    expect(parseVendorTime(value)).toBe(iso);
  });

  it.each([
    ...[undefined, null, '', 5, [], {}],
    ...[
      '2019.06.14',
      '2023.02.29 00:00:00',
      '2019.06.31 00:00:00',
      '2019.13.01 00:00:00',
      '2019.06.14 24:00:00',
    ],
    ...[
      '2019.06.14 14:60:00',
      '2019.06.14 14:55:60',
      '2019.6.14 14:55:23',
      '2019.06.14 14:55:23.000',
      'soon',
    ],
  ])('is null when it is %j', (value) => {
    expect(parseVendorTime(value)).toBeNull();
  });

  it('comes back from any second as it was written', () => {
    const seconds = fc.date({
      min: new Date('1992-01-01'),
      max: new Date('2100-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(seconds, (date) => {
        const iso = beijingIso(date.getTime());
        expect(parseVendorTime(iso.slice(0, 19).replace('T', ' ').replaceAll('-', '.'))).toBe(iso);
        expect(Date.parse(iso)).toBe(Math.floor(date.getTime() / 1000) * 1000);
      }),
    );
  });

  it('is a time or null, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(parseVendorTime(value) ?? '2000-01-01T00:00:00+08:00').toMatch(/\+08:00$/);
      }),
    );
  });
});

it.each([
  { value: '2024-02-29', is: true },
  { value: '2023-02-29', is: false },
  { value: '2023-04-31', is: false },
  { value: '2023-4-30', is: false },
  { value: '2023.04.30', is: false },
  { value: ' 2023-04-30', is: false },
  { value: '', is: false },
])('knows whether "$value" is a day of the calendar: $is', ({ value, is }) => {
  expect(isDate(value)).toBe(is);
});

it('writes a moment as it is in Beijing, where the day begins eight hours earlier', () => {
  const moment = Date.parse('2025-12-31T16:05:09.876Z');
  expect(beijingDate(moment)).toBe('2026-01-01');
  expect(beijingMinute(moment)).toBe('2026-01-01 00:05');
  expect(beijingIso(moment)).toBe('2026-01-01T00:05:09+08:00');
});
