/**
 * What the watch says about its own failures, in Chinese. The English sentence is the key, as the source has it, without
 * its full stop and the parentheses behind it; {names} are places (translate-reason.ts says what fits in them). A
 * sentence that is made of two is two entries here. reasons.test.ts finds the sentences that are missing.
 */

/** The values of {receiver}. Each can stand before a Chinese character as it is. */
export const RECEIVERS: Readonly<Record<string, string>> = {
  DingTalk: '钉钉',
  Feishu: '飞书',
  WeCom: '企业微信',
  Slack: 'Slack ',
  "The webhook's receiver": 'Webhook 接收方',
};

const CHANNELS = {
  '{receiver} is busy': '{receiver}系统繁忙',
  '{receiver} is throttling': '{receiver}正在限流',
  '{receiver} is not working properly': '{receiver}服务异常',
  '{receiver} answers with a redirect (HTTP {status}), which is not followed: set the final URL':
    '{receiver}返回重定向（HTTP {status}），不会跟随，请把 url 改成最终地址',
  '{receiver} finds the message too large': '{receiver}认为消息太大',
  "{receiver} refuses the message (HTTP {status}): check the channel's url":
    '{receiver}拒收消息（HTTP {status}），请检查通道的 url',
  "{receiver}'s answer (HTTP {status}) does not say that the message was taken: if this goes on, check the channel's url":
    '{receiver}的应答（HTTP {status}）没有表明消息已被接收；如果一直这样，请检查通道的 url',
  '{receiver} refuses the message with code {code}: look the code up in its documentation':
    '{receiver}拒收消息，错误码 {code}，请查阅其文档',
  '{receiver} throttles this robot: it takes 20 messages a minute and then none for 10 minutes':
    '{receiver}对该机器人限流：每分钟最多 20 条，超过后 10 分钟内都不接收',
  '{receiver} throttles this robot: it takes 20 messages a minute':
    '{receiver}对该机器人限流：每分钟最多 20 条',
  '{receiver} throttles this bot: it takes 5 messages a second and 100 a minute':
    '{receiver}对该机器人限流：每秒最多 5 条，每分钟最多 100 条',
  '{receiver} throttles this bot': '{receiver}对该机器人限流',
  '{receiver} throttles this webhook: it takes about one message a second':
    '{receiver}对该 Webhook 限流：大约每秒 1 条',
  '{receiver} knows no robot with this token: copy the webhook URL again':
    '{receiver}查不到这个 token 对应的机器人，请重新复制 Webhook 地址',
  '{receiver} knows no bot with this token: copy the webhook URL again':
    '{receiver}查不到这个 token 对应的机器人，请重新复制 Webhook 地址',
  '{receiver} knows no robot with this key, or it was removed: copy the webhook URL again':
    '{receiver}查不到这个 key 对应的机器人，可能已被移除，请重新复制 Webhook 地址',
  '{receiver} knows no such webhook, or it was removed: make a new one':
    '{receiver}查不到这个 Webhook，可能已被移除，请新建一个',
  '{receiver} says that the robot is stopped or its group is gone: check it in the group':
    '{receiver}提示机器人已停用或群已解散，请到群里检查',
  "{receiver} says that the webhook's channel is archived or gone: choose another":
    '{receiver}提示 Webhook 对应的频道已归档或不存在，请换一个频道',
  "{receiver} does not let this webhook post there: ask the workspace's admin":
    '{receiver}不允许该 Webhook 在那里发消息，请联系工作区管理员',
  "{receiver} knows no member with a mentioned id: check the channel's mention":
    '{receiver}查不到要 @ 的成员，请检查通道的 mention',
  '{receiver} cannot read the message: this is a bug of robot-task-watch, please report it':
    '{receiver}无法解析消息，这是 robot-task-watch 的缺陷，请反馈',
  '{receiver} refuses the signature: check the secret and the clock':
    '{receiver}签名校验失败，请检查签名密钥和时钟',
  '{receiver} refuses the signature or the sender: check the secret on both sides and the clock':
    '{receiver}拒绝了签名或发送方，请检查两端的签名密钥和时钟',
  '{receiver} wants no more messages: remove the channel or set a new url':
    '{receiver}不再接收消息，请移除该通道或换一个 url',
  "{receiver} misses the robot's keyword: make 机器人任务 (in English: Robot task) one of its keywords":
    '{receiver}要求消息含自定义关键词，请把“机器人任务”（英文提醒用 Robot task）设为关键词',
  "{receiver} misses the bot's keyword: make 机器人任务 (in English: Robot task) one of its keywords":
    '{receiver}要求消息含自定义关键词，请把“机器人任务”（英文提醒用 Robot task）设为关键词',
  "{receiver} refuses the sender's IP address: use a signature or a keyword as the robot's security setting instead":
    '{receiver}拒绝了来源 IP，请把机器人的安全设置改为加签或自定义关键词',
  "{receiver} refuses the sender's IP address: use a signature or a keyword as the bot's security setting instead":
    '{receiver}拒绝了来源 IP，请把机器人的安全设置改为签名校验或自定义关键词',
  "{receiver}'s security settings refuse the message: check the secret, the clock, the keywords and the IP list":
    '{receiver}的安全设置拦截了消息，请检查签名密钥、时钟、自定义关键词和 IP 白名单',

  'There was no time left to send': '已经没有时间发送',
  'No answer came before the deadline': '在时限内没有收到应答',
  "The answer is too large to be a robot's: check the channel's url":
    '应答太大，不像是机器人的应答，请检查通道的 url',
  "The receiver's host name is not found ({code}): check the channel's url and the network":
    '找不到接收方的域名（{code}），请检查通道的 url 和网络',
  "The receiver's TLS certificate is not accepted ({code}): check the channel's url":
    '接收方的 TLS 证书不可信（{code}），请检查通道的 url',
  'The connection to the receiver failed': '连接接收方失败',
  'The message could not be made (an error): this is a bug of robot-task-watch':
    '消息生成失败，这是 robot-task-watch 的缺陷',
  'The message could not be made ({error}): this is a bug of robot-task-watch':
    '消息生成失败（{error}），这是 robot-task-watch 的缺陷',
  'It did not answer in time': '在时限内没有应答',
  'It failed unexpectedly: see the log of the function': '意外出错，请查看函数日志',
};

const STORES = {
  'The state store failed unexpectedly: see the log of the function': '状态存储意外出错，请查看函数日志',
  'Another process saved its state in the meantime': '另一个进程在此期间保存了状态',
  'Another poll of this instance saved its state in the meantime': '该实例的另一次轮询在此期间保存了状态',
  'The state in {place} was written by a newer version of this program (schema {schema}) and is left as it is. Deploy that version, or name another place in STATE_STORE':
    '{place} 里的状态由更新版本的程序写入（schema {schema}），已原样保留。请部署那个版本，或在 STATE_STORE 里换一个位置',
  'The state in {place} cannot be used': '{place} 里的状态无法使用',

  'The state file {place} cannot be used': '状态文件 {place} 无法使用',
  'permission is denied. Give the process read and write access to the file and its folder':
    '权限不足，请给进程授予该文件及其文件夹的读写权限',
  'the operation is not permitted. The folder must be writable and on a file system with hard links':
    '操作不被允许。文件夹必须可写，且所在的文件系统支持硬链接',
  'the file system is read-only. Name a file on a writable one in STATE_STORE':
    '文件系统只读，请在 STATE_STORE 里改用可写文件系统上的文件',
  'the disk is full. Free some space': '磁盘已满，请清理空间',
  'the disk quota is used up. Free some space': '磁盘配额已用完，请清理空间',
  'a part of its path is a file, not a folder. Correct the path in STATE_STORE':
    '路径中有一段是文件，不是文件夹，请改正 STATE_STORE 里的路径',
  'its name is too long. Shorten the path in STATE_STORE': '文件名太长，请缩短 STATE_STORE 里的路径',
  'its file system has no hard links, which the lock needs. Name a file on a local disk in STATE_STORE':
    '文件系统不支持硬链接，而加锁需要它，请在 STATE_STORE 里改用本地磁盘上的文件',
  'the process has too many open files': '进程打开的文件太多',
  'the system gives this error code (unknown error)': '系统没有给出错误码',
  'the system gives this error code': '系统返回了这个错误码',
  ' is not a file. Name a file in STATE_STORE': ' 不是文件，请在 STATE_STORE 里指定一个文件',
  'The disk did not read or write the state file in the time allowed': '磁盘在时限内没有完成状态文件的读写',
  'Another process took over the lock of the state file': '另一个进程接管了状态文件的锁',
  'The state file is locked by process {pid} on {place}. If that process does not watch robot tasks, delete':
    '状态文件被 {place} 上的进程 {pid} 锁住。如果那个进程不是机器人任务监控，请删除',

  'There are no keys for Tablestore. Give the function a role, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET':
    '没有访问表格存储的密钥，请给函数配置角色，或设置 ALIBABA_CLOUD_ACCESS_KEY_ID 和 ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  'There is no time left to ask Tablestore': '已经没有时间访问表格存储',
  'Tablestore does not answer in time': '表格存储在时限内没有应答',
  'Tablestore cannot be reached': '无法连接表格存储',
  'connection lost': '连接中断',
  'correct the instance and region in STATE_STORE': '请改正 STATE_STORE 里的实例和地域',
  'check the network': '请检查网络',
  'if that is set': '如果设置了它',
  'Tablestore gave an answer that cannot be read': '表格存储的应答无法解析',
  'Tablestore answers {answer}, request {id}': '表格存储返回 {answer}（请求 ID {id}）',
  'Tablestore answers {answer}': '表格存储返回 {answer}',
  'the table is being made ready, which takes up to a minute after its creation':
    '数据表正在准备，创建后最多需要一分钟',
  'grant ots:GetRow and ots:PutRow on this table (and ots:CreateTable while it does not exist) to the role of the function or the RAM user':
    '请给函数的角色或 RAM 用户授予该表的 ots:GetRow 和 ots:PutRow 权限（表还不存在时加上 ots:CreateTable）',
  'the access key secret does not fit its id; correct the keys': 'AccessKey Secret 与 ID 不匹配，请改正密钥',
  'the clock of this machine is wrong; set it': '本机时钟不准，请校准',
  'the access key does not exist or is disabled; correct the keys': 'AccessKey 不存在或已禁用，请改正密钥',
  'the network access rules of the instance do not let this function in; change them in its console':
    '实例的网络访问规则不允许该函数访问，请到实例的控制台修改',
  'the temporary keys are invalid or have expired; the function needs a role, or fresh keys':
    '临时密钥无效或已过期，函数需要配置角色，或换上新的密钥',
  'the instance is not running; look at it in the Tablestore console':
    '实例没有在运行，请到表格存储控制台查看',
  'the instance does not exist in this region, or these keys may not use it; correct STATE_STORE or the permissions':
    '该地域没有这个实例，或密钥无权使用它，请改正 STATE_STORE 或权限',
  'the table was made for something else; name another table in STATE_STORE and it will be created':
    '这张表有别的用途，请在 STATE_STORE 里换一个表名，会自动创建',
  'the instance has no room for another table, or gets too many table operations; see its quotas':
    '实例的表数量已满，或表操作过于频繁，请查看其配额',
  'the state is larger than a row can be; watch fewer tasks or use another STATE_STORE':
    '状态超过了一行的上限，请减少监控的任务，或改用别的 STATE_STORE',
  'The state of {count} tasks takes {bytes} bytes, and Tablestore holds at most {limit}. Watch fewer tasks or use another STATE_STORE':
    '{count} 个任务的状态有 {bytes} 字节，而表格存储最多容纳 {limit} 字节。请减少监控的任务，或改用别的 STATE_STORE',
};

const UPSTREAM = {
  'Tasks that left the lists': '已不在列表中的任务',
  'Asking upstream failed unexpectedly: see the log of the function': '查询上游时意外出错，请查看函数日志',
  'There are no credentials to call upstream with: give the function a role, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET':
    '没有调用上游的密钥，请给函数配置角色，或设置 ALIBABA_CLOUD_ACCESS_KEY_ID 和 ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  "The account's calls are over upstream's quota: try again in a moment":
    '账号的调用超过了上游的配额，请稍后再试',
  "Upstream refuses the credentials: check the access key, the role's permissions (dyvms:QueryRobotTaskList, dyvms:QueryRobotTaskDetail) and this machine's clock":
    '上游拒绝了密钥，请检查 AccessKey、角色的权限（dyvms:QueryRobotTaskList、dyvms:QueryRobotTaskDetail）和本机时钟',
  'Upstream refuses the account: check that it is not in arrears and that the voice service is activated':
    '上游拒绝了该账号，请确认没有欠费，且已开通语音服务',
  'Upstream refuses the request: check its parameters': '上游拒绝了请求，请检查参数',
  'Upstream is broken or out of reach: try again later': '上游故障或无法访问，请稍后再试',
  'Upstream did not answer in time': '上游在时限内没有应答',
  'The list of tasks changed in each of {count} attempts to read it whole: try again in a moment':
    '任务列表一直在变，{count} 次都没能完整读出，请稍后再试',
  'More than {count} tasks match: narrow the query': '符合条件的任务超过 {count} 个，请缩小查询范围',

  "Upstream's answer is not as documented": '上游的应答与文档不符',
  'If this goes on, check DYVMSAPI_ENDPOINT': '如果一直这样，请检查 DYVMSAPI_ENDPOINT',
  'the body is longer than {bytes} bytes': '内容超过 {bytes} 字节',
  'the body is not a JSON object': '内容不是 JSON 对象',
  'the body is not JSON': '内容不是 JSON',
  'the body has no Code': '内容里没有 Code',
  'there is no response': '没有响应',
  'Data is not an array': 'Data 不是数组',
  'Data is not an object': 'Data 不是对象',
  'Data is not JSON': 'Data 不是 JSON',
  'a task has no valid {field}': '有任务的 {field} 无效',
  'the task has no valid {field}': '该任务的 {field} 无效',
  'it counts more tasks than its pages hold': '它给出的任务总数多于各页实际所含',
};

export const REASONS: Readonly<Record<string, string>> = { ...CHANNELS, ...STORES, ...UPSTREAM };
