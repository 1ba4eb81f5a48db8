// The readers at the other end of what is rendered: Go's templates, as Docker's swarm fills them in, and Docker compose's own reader of its file
// and of .env. Texts come by standard input as JSON, and go out as they were read.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/template"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

type texts struct {
	Swarm   []string `json:"swarm"`
	Compose string   `json:"compose"`
	Dotenv  string   `json:"dotenv"`
}

type read struct {
	Swarm       []string                      `json:"swarm"`
	Command     map[string][]string           `json:"command"`
	Environment map[string]map[string]*string `json:"environment"`
	Dotenv      map[string]string             `json:"dotenv"`
}

func main() {
	var given texts
	must(json.NewDecoder(os.Stdin).Decode(&given))
	found := read{Command: map[string][]string{}, Environment: map[string]map[string]*string{}}
	for _, text := range given.Swarm {
		parsed, err := template.New("expansion").Option("missingkey=error").Parse(text)
		must(err)
		var out bytes.Buffer
		must(parsed.Execute(&out, map[string]string{}))
		found.Swarm = append(found.Swarm, out.String())
	}
	if given.Compose != "" {
		project, err := loader.LoadWithContext(context.Background(), types.ConfigDetails{
			WorkingDir:  "/",
			ConfigFiles: []types.ConfigFile{{Filename: "compose.yaml", Content: []byte(given.Compose)}},
			Environment: types.Mapping{"HOME": "filled in", "x": "filled in"},
		}, func(options *loader.Options) {
			options.SetProjectName("readers", true)
			options.SkipResolveEnvironment = true
			options.Profiles = []string{"*"}
		})
		must(err)
		for name, service := range project.Services {
			found.Command[name] = service.Command
			found.Environment[name] = service.Environment
		}
	}
	var err error
	found.Dotenv, err = dotenv.ParseWithLookup(strings.NewReader(given.Dotenv), func(string) (string, bool) { return "filled in", true })
	must(err)
	must(json.NewEncoder(os.Stdout).Encode(found))
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
