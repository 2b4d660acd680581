package store

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// whole are the queries that read all of an Ambito, or a small table, on purpose:
// lists that a page shows whole, jobs, what an operator or the audit asks; and those
// that take the end of an index (Last…).
var whole = strings.Fields(`
	AccessPersons CountOperators CountLoginLinks DeleteOldLoginLinks DeleteOldSessions DeleteOldDrafts
	CountByTable TablesInUse ActsToJudgeAgain VerdictsToJudgeAgain
	Appointments DeskPersons Merges Erasures ErasureRequests PublishedLists Parties PartiesOfAmbito AdmissionsOfProcess
	ActHeads IntakesOfAmbito AdmissionsOfAmbito CorrectionsOfAmbito AmendmentsOfAmbito
	InboxPersons
	EraseMessages EraseMessagesTo MessagesTo DraftsOfAmbito CountAttachmentsOf EraseLoginLinks EraseSessions
	Questions QuestionsByContact FAQs HeldQuestions CountHeld DeleteDroppedBefore AssistedDrafts
	LockLog MoveLog Log Logs LastCheckpoint Checkpoints CountHashes CountOrphans Ambiti Processes ActsByKind
	DefinitionVersions DefinitionInForceAt Amendments PutProcess CountAdhesions
	InboxSheets SheetsOfProcess AdhesionsToJudgeAgain FormsInUse ExportDoubtful QuestionsOfProcess
	DashboardFirstArrivals DashboardDecisions DashboardQuestions
	LastSeq LastFAQSeq LastQuestionSeq`)

// What is asked for every act and every click costs the same whatever the Ambito
// holds: each query but those above finds its rows by more than Ambito and process.
func TestQueriesFindTheirRowsByAnIndex(t *testing.T) {
	s, err := Open(t.Context(), Config{Database: filepath.Join(t.TempDir(), "concerto.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	seen := map[string]bool{}
	for name, text := range queries(t) {
		for _, step := range plan(t, s, text) {
			all := strings.Contains(step, "SCAN") || strings.HasSuffix(step, "(ambito=?)") || strings.HasSuffix(step, "(ambito=? AND process=?)")
			seen[name] = seen[name] || all
			if all && !slices.Contains(whole, name) {
				t.Errorf("%s reads all of a table: %s", name, step)
			}
		}
	}
	for _, name := range whole {
		if !seen[name] {
			t.Errorf("%s is excused and reads no whole table, or does not exist", name)
		}
	}
}

// The judge is judged: a search that no index helps is seen.
func TestAPlanWithoutAnIndexIsSeen(t *testing.T) {
	s, err := Open(t.Context(), Config{Database: filepath.Join(t.TempDir(), "concerto.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := plan(t, s, "SELECT name FROM person WHERE ambito = $1 AND phone = $2"); len(got) != 1 || !strings.Contains(got[0], "(ambito=?)") {
		t.Errorf("plan of a search by telephone: %q", got)
	}
}

// queries are the texts of queries/, by name.
func queries(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("queries/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no queries: %v", err)
	}
	found := map[string]string{}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split(string(src), "-- name: ")[1:] {
			head, text, _ := strings.Cut(part, "\n")
			found[strings.Fields(head)[0]] = text
		}
	}
	return found
}

var argument = regexp.MustCompile(`\$\d+`)

func plan(t *testing.T, s *Store, text string) []string {
	t.Helper()
	args := make([]any, len(argument.FindAllString(text, -1)))
	for i := range args {
		args[i] = ""
	}
	rows, err := s.read.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+text, args...)
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	return steps
}
