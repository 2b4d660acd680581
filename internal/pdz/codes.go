package pdz

// Problem codes, each with its arguments. Codes lists them all, so that a test can
// prove that the page has words for every one.
const (
	CodeRequired       = "required"             // an answer is needed; no arguments
	CodeTextEncoding   = "text.encoding"        // not valid UTF-8; no arguments
	CodeTextControl    = "text.control"         // a control character; its code point as "U+0000"
	CodeTextNewline    = "text.newline"         // several lines where one is asked; no arguments
	CodeTextMarks      = "text.marks"           // too many accents on one letter; how many at most
	CodeTextLong       = "text.long"            // too long; characters found, characters allowed
	CodeEmailForm      = "email.form"           // not an address; no arguments
	CodeEmailSeveral   = "email.several"        // more than one address; no arguments
	CodeEmailDomain    = "email.domain"         // the part after @ is not a domain with a dot; that part
	CodeEmailLong      = "email.long"           // too long; characters found, characters allowed
	CodePhoneForm      = "phone.form"           // a character that no telephone number has; that character
	CodePhoneLength    = "phone.length"         // too short or too long; digits found, least, most
	CodeTaxCodeLength  = "taxcode.length"       // too short or too long; characters found, characters wanted (16, 11, or 0 when both are good)
	CodeTaxCodeForm    = "taxcode.form"         // a character that cannot be there; its position from 1, the character
	CodeTaxCodeCheck   = "taxcode.check"        // the check character does not match: a slip of the keys; no arguments
	CodeDateForm       = "date.form"            // not a date as day/month/year; no arguments
	CodeDateImpossible = "date.impossible"      // no such day in any year; day, month
	CodeDateLeap       = "date.leap"            // 29 February of a common year; the year
	CodeDateOld        = "date.old"             // before the first year accepted; that year
	CodeDateFuture     = "date.future"          // after today; today as a Date
	CodeHourForm       = "hour.form"            // not an hour as HH:MM or HH:MM:SS; no arguments
	CodeNumberForm     = "number.form"          // not a whole number, zero or more; no arguments
	CodeMoneyForm      = "money.form"           // not an amount with at most two decimals; no arguments
	CodeChoice         = "choice.unknown"       // not one of the options; what was sent
	CodeTable          = "table.unknown"        // not one of the tables; what was sent
	CodeTablesFew      = "tables.few"           // too few tables; how many chosen, least
	CodeTablesMany     = "tables.many"          // too many tables; how many chosen, most
	CodeMunicipality   = "municipality.unknown" // not one of the municipalities; what was sent
	CodeAttachment     = "attachment.required"  // this attachment is needed; no arguments
	CodeDeclaration    = "declaration.required" // this declaration must be made; no arguments
)

// Codes are all the codes a problem of this package may have.
var Codes = []string{
	CodeRequired, CodeTextEncoding, CodeTextControl, CodeTextNewline, CodeTextMarks, CodeTextLong,
	CodeEmailForm, CodeEmailSeveral, CodeEmailDomain, CodeEmailLong, CodePhoneForm, CodePhoneLength,
	CodeTaxCodeLength, CodeTaxCodeForm, CodeTaxCodeCheck,
	CodeDateForm, CodeDateImpossible, CodeDateLeap, CodeDateOld, CodeDateFuture, CodeHourForm,
	CodeNumberForm, CodeMoneyForm, CodeChoice, CodeTable, CodeTablesFew, CodeTablesMany,
	CodeMunicipality, CodeAttachment, CodeDeclaration,
}
