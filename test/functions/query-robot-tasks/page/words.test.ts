/** Whoever comes from an alert to the page reads the same words. */
import { statusOf } from '../../../../functions/query-robot-tasks/page/text/statuses';
import { en } from '../../../../functions/watch-robot-tasks/text/en';
import { zhCn } from '../../../../functions/watch-robot-tasks/text/zh-cn';

test.each(Object.keys(en.status) as (keyof typeof en.status)[])(
  'A task in %s is called the same in both',
  (status) => {
    expect(statusOf(status)).toEqual({ en: en.status[status], 'zh-CN': zhCn.status[status] });
  },
);
