package pdz

// subject and adherent are the decision points at which a party, or one that adheres, is judged.
const (
	subject  = "GAREULSMf"
	adherent = "AREULM"
)

// fact is a row of the table of facts: its type, the letters of the decision points
// where it may be used, the values it can have, and whether people declare it or an
// organ still has to say it, so that it may be unknown.
type fact struct {
	kind     Kind
	points   string
	values   string
	declared bool
}

// factTable is the table of facts (definition, section 3.4).
var factTable = map[string]fact{
	"party.id":                       {kind: KindValue, points: subject},
	"party.nature":                   {kind: KindValue, points: subject, values: "person body informalGroup institution"},
	"party.category":                 {kind: KindValue, points: subject},
	"party.groups":                   {kind: KindSet, points: subject},
	"party.constitutedOn":            {kind: KindTime, points: subject, declared: true},
	"party.registeredOn":             {kind: KindTime, points: subject, declared: true},
	"party.registers":                {kind: KindSet, points: subject, declared: true},
	"party.nonProfit":                {kind: KindBool, points: subject, declared: true},
	"party.seatIn":                   {kind: KindSet, points: subject, declared: true},
	"party.activeIn":                 {kind: KindSet, points: subject, declared: true},
	"party.experienceYears":          {kind: KindNumber, points: subject, declared: true},
	"party.profile":                  {kind: KindSet, points: subject, declared: true},
	"party.priorEnrolments":          {kind: KindSet, points: subject},
	"party.memberOf":                 {kind: KindSet, points: subject},
	"mandate.inForce":                {kind: KindBool, points: subject, declared: true},
	"mandate.role":                   {kind: KindValue, points: subject, values: "legalRepresentative delegate contact", declared: true},
	"mandate.deed":                   {kind: KindBool, points: subject, declared: true},
	"adhesion.form":                  {kind: KindValue, points: subject},
	"adhesion.kind":                  {kind: KindValue, points: subject, values: "new renewal variation withdrawal"},
	"adhesion.channel":               {kind: KindValue, points: subject},
	"adhesion.receivedAt":            {kind: KindTime, points: subject},
	"adhesion.sentAt":                {kind: KindTime, points: subject, declared: true},
	"adhesion.timeliness":            {kind: KindValue, points: subject, values: "early timely late"},
	"adhesion.assurance":             {kind: KindLevel, points: subject},
	"adhesion.signature":             {kind: KindValue, points: subject, values: "none handwritten handwrittenWithId digital identified pec"},
	"adhesion.complete":              {kind: KindBool, points: subject},
	"adhesion.attachments":           {kind: KindSet, points: subject},
	"adhesion.declarations":          {kind: KindSet, points: subject},
	"adhesion.tables":                {kind: KindSet, points: subject},
	"adhesion.duplicate":             {kind: KindBool, points: subject},
	"adhesion.ground":                {kind: KindValue, points: adherent},
	"adhesion.active":                {kind: KindBool, points: adherent},
	"admission.verdict":              {kind: KindValue, points: "RELUM", values: "admitted withReserve toComplete notAdmitted"},
	"attendance.sessions":            {kind: KindSet, points: subject},
	"attendance.spokeAt":             {kind: KindSet, points: subject},
	"attendance.tables":              {kind: KindSet, points: subject},
	"attendance.unjustifiedAbsences": {kind: KindNumber, points: subject},
	"member.role":                    {kind: KindValue, points: "ELUM"},
	"member.since":                   {kind: KindTime, points: "ELUM"},
	"table.id":                       {kind: KindValue, points: "REUC"},
	"table.state":                    {kind: KindValue, points: "REUC", values: "planned open working closed standing"},
	"session.id":                     {kind: KindValue, points: "EC"},
	"session.present":                {kind: KindNumber, points: "EC"},
	"proposal.form":                  {kind: KindValue, points: "U"},
	"proposal.table":                 {kind: KindValue, points: "U"},
	"proposal.receivedAt":            {kind: KindTime, points: "U"},
	"proposal.timeliness":            {kind: KindValue, points: "U", values: "early timely late"},
	"proposal.complete":              {kind: KindBool, points: "U"},
	"proposal.cost":                  {kind: KindMoney, points: "U", declared: true},
	"signature.kind":                 {kind: KindValue, points: "S", values: "digital advanced identified handwritten witnessed"},
	"signature.check":                {kind: KindValue, points: "S", values: "valid invalid notVerifiable notApplicable", declared: true},
	"signature.documentMatches":      {kind: KindBool, points: "S"},
	"signature.signedAt":             {kind: KindTime, points: "S"},
	"signature.side":                 {kind: KindValue, points: "S", values: "ours theirs"},
	"instrument.approved":            {kind: KindBool, points: "FL"},
	"instrument.eligible":            {kind: KindBool, points: "FS"},
	"instrument.signedByUs":          {kind: KindBool, points: "F"},
	"instrument.signedByThem":        {kind: KindBool, points: "F"},
	"quorum.met":                     {kind: KindBool, points: "TCF", declared: true},
	"decision.passed":                {kind: KindBool, points: "TCF", declared: true},
	"proposals.withoutOutcome":       {kind: KindNumber, points: "CT"},
	"proposals.withoutReason":        {kind: KindNumber, points: "CT"},
	"proposals.notEvaluatedByTable":  {kind: KindNumber, points: "CT"},
	"observations.unanswered":        {kind: KindNumber, points: "CT"},
	"sessions.notHeld":               {kind: KindNumber, points: "CT"},
	"minutes.unsigned":               {kind: KindNumber, points: "CT"},
	"tables.open":                    {kind: KindNumber, points: "CT"},
	"documents.final":                {kind: KindSet, points: "CT"},
	"documents.published":            {kind: KindSet, points: "CT"},
	"phases.closed":                  {kind: KindSet, points: "TC"},
	"steps.done":                     {kind: KindSet, points: "TC"},
	"steps.failed":                   {kind: KindSet, points: "TC"},
	"finance.failed":                 {kind: KindSet, points: "TC"},
	"prescriptions.open":             {kind: KindNumber, points: "TC"},
	"item.party":                     {kind: KindValue, points: "n"},
	"item.category":                  {kind: KindValue, points: "n"},
	"item.groups":                    {kind: KindSet, points: "n"},
	"item.side":                      {kind: KindValue, points: "n", values: "ours theirs"},
	"item.valid":                     {kind: KindBool, points: "n"},
	"item.municipality":              {kind: KindValue, points: "n"},
	"item.step":                      {kind: KindValue, points: "n"},
	"item.outcome":                   {kind: KindValue, points: "n"},
	"item.role":                      {kind: KindValue, points: "n"},
	"item.session":                   {kind: KindValue, points: "n"},
	"item.table":                     {kind: KindValue, points: "n"},
	"item.at":                        {kind: KindTime, points: "n"},
}
