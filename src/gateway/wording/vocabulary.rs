//! The words in which gateways speak of errors, of success, and of what stands in the way. All in small letters.

/// Words that speak of an error, wherever they stand in a word (`nullpointerexception`, `servererror`).
pub(super) const ERROR_PARTS: &[&str] = &[
    "exception",
    "error",
    "unauthori",
    "unsuccess",
    "incorrect",
    "失敗",
    "失败",
    "錯誤",
    "错误",
    "無效",
    "无效",
    "拒絕",
    "拒绝",
    "不成功",
    "未成功",
    "異常",
    "异常",
    "無法",
    "无法",
    "不能",
    "禁止",
    "不足",
    "超過",
    "超过",
    "超出",
    "不存在",
    "不允許",
    "不允许",
    "不正確",
    "不正确",
    "不合法",
    "非法",
    "有誤",
    "有误",
    "出錯",
    "出错",
    "故障",
    "超時",
    "超时",
    "逾時",
    "逾时",
    "未授權",
    "未授权",
    "未經授權",
    "未经授权",
    "未發送",
    "未发送",
    "未能",
    "頻繁",
    "频繁",
    "稍後再試",
    "稍后再试",
    "稍後重試",
    "稍后重试",
    "欠費",
    "欠费",
    "停用",
    "過期",
    "过期",
    "拒收",
    "攔截",
    "拦截",
    "敏感詞",
    "敏感词",
    "エラー",
    "拒否",
    "無効",
    "不正",
    "できません",
    "오류",
    "에러",
    "실패",
    "거부",
    "ผิดพลาด",
];
/// Words that speak of an error when a word begins with them; `fail` would otherwise be found in `unfailing`.
pub(super) const ERROR_STEMS: &[&str] = &[
    "sqlstate",
    "fail",
    "invalid",
    "denied",
    "deny",
    "forbid",
    "reject",
    "refus",
    "unable",
    "expired",
    "insufficient",
    "missing",
    "illegal",
    "unknown",
    "wrong",
    "fault",
    "fatal",
    "abort",
    "unavailable",
    "unsupported",
    "blacklist",
    "blocklist",
    "exceed",
    "exhaust",
    "suspend",
    "disabled",
    "deactivat",
    "banned",
    "barred",
    "prohibit",
    "unreach",
    "undeliver",
    "unsent",
    "unrout",
    "overload",
    "overflow",
    "malform",
    "misform",
    "mismatch",
    "corrupt",
    "crash",
    "duplicate",
    "unsubscribed",
    "unaccept",
    "unexpected",
    "undefined",
    "disallow",
    "discard",
    "declin",
    "throttl",
    "traceback",
    "violat",
    "restrict",
    "revok",
    // In languages that are not English.
    "fehl",
    "ungültig",
    "abgelehnt",
    "gesperrt",
    "verweigert",
    "erreur",
    "échec",
    "erro",
    "falha",
    "rechazad",
    "rejeitad",
    "inválid",
    "ошибк",
    "ошибок",
    "отказ",
    "отклон",
    "неверн",
    "запрещ",
    "недоступ",
    "недостаточн",
    "hata",
    "gagal",
];
/// Words that speak of an error when they stand alone.
pub(super) const ERROR_WORDS: &[&str] = &[
    "not",
    "cannot",
    "can't",
    "couldn't",
    "didn't",
    "isn't",
    "wasn't",
    "won't",
    "bad",
    "err",
    "nok",
    "nack",
    "nak",
    "ko",
    "timeout",
    "blocked",
    "required",
    "must",
    "busy",
    "locked",
    "offline",
    "dropped",
    "cancelled",
    "nicht",
    "не",
    "fallo",
    "falló",
    "fallido",
    "lỗi",
];
/// Words that speak of an error where nothing speaks of success.
pub(super) const HINTS: &[&str] = &[
    "spam",
    "ng",
    "sorry",
    "oops",
    "ignored",
    "skipped",
    "warning",
    "notice",
    "deprecated",
    "stack",
    "panic",
    "dumped",
];
/// The same, but for what a name such as `limit: 100` says of its value.
pub(super) const LIMITS: &[&str] = &["limit", "limits", "limited"];
/// What can stand in the place of a body that has nothing to say.
pub(super) const NOTHINGS: [&str; 9] = ["false", "null", "none", "nil", "undefined", "nan", "no", "n", "-"];

/// What stands before the number of an error: `E-102`, `ORA-00001`.
pub(super) const ERROR_PREFIXES: [&str; 4] = ["e", "ec", "err", "ora"];

/// Words of success that speak of an error when they are denied, whatever else is said: `success: false`, `"ok": 0`.
pub(super) const SUCCESS_FLAGS: [&str; 5] = ["success", "successful", "succeeded", "ok", "okay"];
/// Words of success that speak of an error when they are denied and nothing else speaks of success: `sent: 0` beside
/// `queued: 1` is none.
pub(super) const SUCCESS_DEEDS: [&str; 9] =
    ["accepted", "sent", "queued", "enqueued", "submitted", "delivered", "scheduled", "processed", "successfully"];
/// The same, wherever they stand in a word: the language knows no spaces.
pub(super) const SUCCESS_PARTS: [&str; 4] = ["成功", "已發送", "已发送", "已接收"];

/// Words before another that deny it.
pub(super) const DENIALS_BEFORE: [&str; 10] =
    ["no", "0", "zero", "without", "never", "kein", "keine", "sans", "sin", "без"];
/// Words that deny a word of success up to three words behind them: `could not be sent`, `0 messages sent`.
pub(super) const SUCCESS_DENIALS: [&str; 16] = [
    "no", "0", "zero", "without", "never", "not", "nothing", "none", "nobody", "cannot", "can't", "couldn't", "isn't",
    "wasn't", "won't", "unable",
];
/// What is no error where a value is asked for one: `error=0`, `"error": null`, `failed: none`.
pub(super) const NO_ERROR: [&str; 10] =
    ["null", "none", "nil", "false", "ok", "success", "successful", "nothing", "na", "n"];
/// Words of error that are none in the name of a field: `credits_required`, `notBefore`.
pub(super) const HARMLESS_IN_KEYS: [&str; 4] = ["not", "required", "must", "bad"];
/// What says no for a field that tells of the whole: `"result": "N"`.
pub(super) const NO_RESULT: [&str; 6] = ["false", "no", "n", "f", "-", "ng"];

/// Last words of names whose value is an identity, and says nothing.
pub(super) const ID_NAMES: [&str; 12] =
    ["id", "ids", "uuid", "guid", "ref", "reference", "msgid", "messageid", "mid", "sid", "ticket", "hash"];
/// Last words of names whose value tells of the whole: below 0, it tells of an error.
pub(super) const RESULT_NAMES: [&str; 19] = [
    "code",
    "status",
    "state",
    "result",
    "response",
    "return",
    "ret",
    "rc",
    "rsp",
    "errno",
    "retcode",
    "returncode",
    "resultcode",
    "statuscode",
    "respcode",
    "responsecode",
    "retval",
    "reply",
    "answer",
];
/// Those of `RESULT_NAMES` that hold no ids and no counts: a number above 1 that is no 2xx is hardly a success.
pub(super) const CODE_NAMES: [&str; 12] = [
    "code",
    "status",
    "state",
    "ret",
    "rc",
    "errno",
    "retcode",
    "returncode",
    "resultcode",
    "statuscode",
    "respcode",
    "responsecode",
];

/// Last words of names of what is used up at 0.
pub(super) const ACCOUNT_NAMES: [&str; 4] = ["balance", "credit", "credits", "quota"];
/// What follows the number of a count: `sent 0 messages`, `sent 0 of 1`.
pub(super) const COUNTED: &[&str] = &[
    "of",
    "message",
    "messages",
    "msg",
    "msgs",
    "sms",
    "text",
    "texts",
    "recipient",
    "recipients",
    "number",
    "numbers",
];

/// Words beside which no refusal is sure to be one: something broke, perhaps after the deed.
pub(super) const DOUBTS: [&str; 9] =
    ["exception", "timeout", "timed", "fatal", "fault", "abort", "crash", "partial", "unexpected"];
/// Whoever is on a list may be we ourselves, and then the message is not at fault.
pub(super) const OURSELVES: [&str; 9] =
    ["ip", "account", "sender", "application", "client", "server", "host", "user", "source"];

/// Words that show that a refusal is about one message, not about the lane: to close the lane for it would hold up all others,
/// and to try it again would never end.
pub(super) const OF_THE_MESSAGE: [&str; 15] = [
    "recipient",
    "recipients",
    "destination",
    "destinations",
    "number",
    "numbers",
    "msisdn",
    "mrt",
    "sender",
    "text",
    "content",
    "country",
    "prefix",
    "template",
    "route",
];
