package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/plugins/jsvm"
	"github.com/pocketbase/pocketbase/plugins/migratecmd"
	"github.com/pocketbase/pocketbase/tools/types"
)

// pragmas are PocketBase's own, with FULL for NORMAL.
const pragmas = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=journal_size_limit(200000000)" +
	"&_pragma=synchronous(FULL)&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)&_txlock=immediate"

func connect(path string) (*dbx.DB, error) { return dbx.Open("sqlite", "file:"+path+pragmas) }

// newApp is PocketBase with what its released program holds beside the framework: hooks
// and migrations in JavaScript. Nobody has written any here.
func newApp(dir string) *pocketbase.PocketBase {
	app := pocketbase.NewWithConfig(pocketbase.Config{DefaultDataDir: dir, DBConnect: connect, HideStartBanner: true})
	jsvm.MustRegister(app, jsvm.Config{HooksWatch: true, HooksPoolSize: 15})
	migratecmd.MustRegister(app, app.RootCmd, migratecmd.Config{TemplateLang: migratecmd.TemplateLangJS, Automigrate: true})
	return app
}

// pocket serves PocketBase; the arguments after --dir are its own.
func pocket(args []string) error {
	if len(args) < 2 || args[0] != "--dir" {
		return fmt.Errorf("pocketbase --dir DIR serve --http ADDR")
	}
	os.Args = append([]string{"peer"}, args[2:]...) // it looks there itself, whether there is something to prepare
	app := newApp(args[1])
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		if err := makeCollection(e.App); err != nil {
			return err
		}
		return e.Next()
	})
	return app.Start()
}

// collection is where the records go: the fields of the adhesion sheet of Lecce that a
// body fills in, with the checks that PocketBase offers for each. The tax code is unique,
// as with Concerto, and anyone may create: there is no account behind a sheet.
const collection = "adesioni"

func makeCollection(app core.App) error {
	if _, err := app.FindCollectionByNameOrId(collection); err == nil {
		return nil
	}
	c := core.NewBaseCollection(collection)
	c.CreateRule = types.Pointer("")
	c.ListRule = types.Pointer("")
	c.Fields.Add(
		&core.SelectField{Name: "tipo", Required: true, MaxSelect: 1, Values: []string{"terzo-settore", "impresa", "sindacato", "scuola", "cittadino", "ente"}},
		&core.TextField{Name: "denominazione", Required: true, Max: 200},
		&core.TextField{Name: "codice_fiscale", Required: true, Pattern: `^([0-9]{11}|[A-Z0-9]{16})$`},
		&core.TextField{Name: "sede", Required: true, Max: 200},
		&core.TextField{Name: "referente", Required: true, Max: 120},
		&core.TextField{Name: "ruolo", Required: true, Max: 60},
		&core.EmailField{Name: "email", Required: true},
		&core.TextField{Name: "telefono", Max: 40},
		&core.JSONField{Name: "tavoli", Required: true},
		&core.TextField{Name: "esperienza", Max: 5000},
		&core.BoolField{Name: "informativa", Required: true},
		&core.AutodateField{Name: "created", OnCreate: true},
	)
	c.AddIndex("adesioni_codice_fiscale", true, "codice_fiscale", "")
	return app.Save(c)
}

// fill writes n records, many in one transaction: what is measured on them later is how
// the server starts and rests, not how they came.
func fill(args []string) error {
	flags := flag.NewFlagSet("fill", flag.ContinueOnError)
	dir := flags.String("dir", "", "data folder")
	if err := flags.Parse(args); err != nil {
		return err
	}
	n, err := strconv.Atoi(flags.Arg(0))
	if err != nil {
		return err
	}
	app := newApp(*dir)
	if err := app.Bootstrap(); err != nil {
		return err
	}
	if err := app.RunAllMigrations(); err != nil {
		return err
	}
	if err := makeCollection(app); err != nil {
		return err
	}
	c, err := app.FindCollectionByNameOrId(collection)
	if err != nil {
		return err
	}
	const together = 1000
	for from := 0; from < n; from += together {
		err := app.RunInTransaction(func(tx core.App) error {
			for i := from; i < min(from+together, n); i++ {
				if err := tx.SaveNoValidate(sheet(c, i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func sheet(c *core.Collection, i int) *core.Record {
	r := core.NewRecord(c)
	r.Set("tipo", "terzo-settore")
	r.Set("denominazione", fmt.Sprintf("Associazione di prova n. %d", i))
	r.Set("codice_fiscale", fmt.Sprintf("%011d", i))
	r.Set("sede", "Via della Prova 1, Lecce")
	r.Set("referente", fmt.Sprintf("Persona di Prova %d", i))
	r.Set("ruolo", "legale rappresentante")
	r.Set("email", fmt.Sprintf("prova%d@prova.example", i))
	r.Set("telefono", "0832 000000")
	r.Set("tavoli", []string{"1", "3"})
	r.Set("informativa", true)
	return r
}
