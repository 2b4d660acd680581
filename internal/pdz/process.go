package pdz

import (
	"cmp"
	"time"
)

// Process is one version of a process definition with its moments computed:
// what a published notice decides, in the order the notice decides it.
// It holds only what the program gives meaning to; the whole definition, with
// everything else it says, stays beside it as canonical JSON.
type Process struct {
	ID, Title, Profile string // Profile: concertazione, coprogrammazione, mixed
	Version            int
	Hash               string // hexadecimal SHA-256 of the resolved definition (RFC 8785)
	Language           string // BCP 47
	Zone               *time.Location

	Ambito          Ambito
	Plans           []Plan
	Law             []Law
	Opening         OpeningAct
	Notice          Notice
	Contacts        []Contact
	Calendar        Calendar
	Venues          []Venue
	Categories      []Category
	Parties         []NamedParty
	Audiences       []Audience
	Roles           []Role
	Channels        []Channel
	Windows         []Window
	Forms           []Form
	Participation   Participation
	Phases          []Phase
	Sessions        []Session
	Tables          Tables
	Documents       []Document
	Rules           []Rule
	Publication     Publication
	Interpretations []Interpretation
	Retention       []Retention
	Amending        AmendingAct
}

type Ambito struct {
	ID, Name, Province, Region string
	LeadBody                   string
	Municipalities             []Municipality
}

type Municipality struct {
	ID, Name string
	Patron   string // MM-DD or empty: closes the desk, moves no term
}

type Plan struct {
	ID, Title, Kind, Ordinal string
	From, To                 int // years, both included
	Aliases                  []string
}

// Law is a reference of the notice, as printed. One that is not InNotice was added
// so that rules can cite it, and the printed notice leaves it out.
type Law struct {
	ID, Kind, Text string
	InNotice       bool
}

// OpeningAct is the act that opens the process (R3). Unknown holds the reason
// when it is not known, which forbids publication.
type OpeningAct struct {
	Body, Kind, Number, Title string
	Date                      Date
	Unknown                   string
}

type Notice struct {
	Title, Object, Issuer, Place string
	Date                         Date
	Purposes                     []string
	Blocks                       []NoticeBlock
	Omissions                    []Omission
	Signatories                  []Signatory // in order of signature
	Original                     string
}

// AmendingAct is the act with which the notice may be amended, and whose it is.
type AmendingAct struct{ Kind, Organ string }

type NoticeBlock struct{ ID, Phase, Text string }
type Omission struct{ Block, Why string }
type Signatory struct{ Mark, Role, Title, Person string }

// Contact is a desk with weekly hours (R70).
type Contact struct {
	ID, Name, Purpose, Venue, Email, PEC, Web string
	Phone                                     []string
	Hours                                     []Hours
	ClosedOnHolidays                          bool
}

// Hours are opening hours on some days of the week, as minutes after midnight:
// From is included, To is not. A To of 1440 is the next midnight.
type Hours struct {
	Days     []time.Weekday
	From, To int
}

type Venue struct{ ID, Name, Kind, Address, Town, Municipality string }

type Category struct {
	ID, Label, Nature string // Nature: person, body, informalGroup, institution
	Groups            []string
	Example, Other    bool
}

type NamedParty struct{ ID, Name, Category, PartOf string }

type Audience struct {
	ID, Label string
	OpenEnded bool
	Territory string
}

type Role struct {
	ID, Label string
	May       []string
}

// Channel is a way of coming in, with the clock that judges arrival.
type Channel struct {
	ID, Kind, Label, Address, Contact string
	Clock, Precision, Assurance       string
	InNotice, Confirm                 bool
	Exclude                           []string // categories that may not use it
	ExcludeReason                     string   // why, in words for who used it all the same; may be empty
}

// Window is a span in which something may arrive or must be done.
// It is open by the instant, never because a job ran.
type Window struct {
	ID, Kind, Title, Phase string
	Opens, Closes          Moment
	Endless                bool   // no closing at all: open for good, where an unknown closing is one to be announced
	Late                   string // keep or refuse
	Early                  string // refuse
	Binds                  string // arrival or dispatch
	Wording                string
	Tasks                  []Task
}

type Task struct{ ID, Title string }

type Form struct {
	ID, Purpose, Title, Window string
	Channels                   []string
	Minimum                    string // assurance level
	Fields                     []Field
	Attachments                []AttachmentSlot
	Declarations               []Declaration
}

// Field is one question of a form; its Type fixes how it is asked and read.
type Field struct {
	ID, Label, Type, Help, Feeds, Personal, Visible string
	Required                                        bool
	Profile                                         bool // the answer becomes a party.profile fact
	RequiredWhen, ShowWhen                          *Predicate
	Options                                         []Option
	MaxLength                                       int // characters; 0 means the default of the type
}

type Option struct{ ID, Label string }

type AttachmentSlot struct {
	ID, Label    string
	Optional     bool
	RequiredWhen *Predicate
	Formats      []string
}

type Declaration struct {
	ID, Text string
	Optional bool
}

// Participation says how one comes in: the grounds of adhesion in order of
// preference (A1), and what adherents join.
type Participation struct {
	Grounds       []Ground
	JoinsSessions []string
	JoinsTables   bool
	Admission     string // none, automatic, byOffice, byAct
	Completion    Term   // given to whoever has to complete a sheet; none: the default of the house
	TablesMin     int
	TablesMax     int    // 0: no limit
	Parallel      string // allow, warn, refuse
	Duplicates    string // supersede, refuse, warn
	SecondOfficer Term   // a claimed arrival older than this when it is recorded needs a second officer (P3)
	Withdrawal    bool
	Correction    bool
	CorrectionWhy bool // who corrects their own sheet must say why; the office must in any case
	Substitution  bool
	RolesRule     string
	DefaultRole   string
}

type Ground struct {
	ID, Kind, Label, Form, Window, Session, Evidence, Effective, Late, Rule string
}

type Phase struct {
	ID, Title, Wording string
	Label, Summary     string // short name and one sentence for pages; may be empty
	Number             int
	After, Outputs     []string
}

type Session struct {
	ID, Phase, Title, Kind, Purpose, Note, Table string
	Label                                        string // short name for pages; may be empty
	Start                                        Moment
	End                                          Moment // planned end as written; unknown when the notice gives none (A17)
	Undated                                      string // toBeConvened, toBeAnnounced, or empty
	FilledBy                                     string
	Venue, Mode, Link, Body                      string
	Admission                                    string // reserved, enrolled, open
	Audience                                     []Called
	Agenda                                       []AgendaItem
	Parts                                        []Part
	Constitutes, Identifies, Signs, Outputs      []string
	ReturnsOutcomes                              bool
}

// Name is what pages call the phase; the printed notice has its title.
func (p Phase) Name() string { return cmp.Or(p.Label, p.Title) }

// Name is what pages call the session; the printed notice has its title.
func (s Session) Name() string { return cmp.Or(s.Label, s.Title) }

// Called is an audience called to a session, with the capacity it is called in.
type Called struct{ Of, As, By string }

type AgendaItem struct{ ID, Title, Kind, Start, End string }

type Part struct {
	ID, Title, Kind string
	Parallel        bool
}

type Tables struct {
	KeyedBy, Label, OpensAt string
	List                    []Table
}

type Table struct {
	ID, Title, Municipality string
	Number                  int
	Plans, Sessions         []string
	Capacity                int
}

type Document struct{ ID, Kind, Title, By, Session, Visible string }

type Publication struct {
	Participants, Persons, Licence string
	NeverPublish                   []string
}

type Interpretation struct {
	ID, Question, Answer, Visible string
	About                         []string
}

type Retention struct {
	ID, Keep, Then string
	What           []string
}
