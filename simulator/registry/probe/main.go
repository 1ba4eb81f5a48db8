// What a health check finds in an image that has a shell: sh, wget and curl, as far as a health check needs them. Linked under
// these names; a command that is written for an image of Alpine or Debian then runs in a stand-in too.
package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() { os.Exit(run(append([]string{filepath.Base(os.Args[0])}, os.Args[1:]...))) }

func run(words []string) int {
	switch words[0] {
	case "sh":
		if len(words) != 3 || words[1] != "-c" {
			return complain(2, "sh: only sh -c COMMAND is here")
		}
		return shell(words[2])
	case "wget":
		return fetch(words, 1, "wget: server returned error: HTTP/1.1 %s")
	case "curl":
		return fetch(words, 22, "curl: (22) The requested URL returned error: %s")
	case "exit":
		if len(words) == 2 && words[1] == "1" {
			return 1
		}
		return 0
	}
	return complain(127, "sh: "+words[0]+": not found")
}

// shell runs commands that are joined by || until one succeeds. There are no quotes, variables or redirections.
func shell(line string) int {
	code := 0
	for _, command := range strings.Split(line, "||") {
		words := strings.Fields(command)
		if len(words) == 0 {
			return complain(2, "sh: syntax error: "+line)
		}
		if code = run(words); code == 0 {
			return 0
		}
	}
	return code
}

// fetch asks the address among the words and throws away what comes. Of the options only curl's -f matters: without it curl is
// content with any answer.
func fetch(words []string, failed int, refusal string) int {
	for _, word := range words[1:] {
		if !strings.HasPrefix(word, "http://") {
			continue
		}
		response, err := (&http.Client{Timeout: 30 * time.Second}).Get(word)
		if err != nil {
			return complain(failed, words[0]+": "+err.Error())
		}
		defer response.Body.Close()
		if response.StatusCode >= 400 && (words[0] != "curl" || minds(words)) {
			return complain(failed, fmt.Sprintf(refusal, response.Status))
		}
		return 0
	}
	return complain(failed, words[0]+": no address that begins with http://")
}

func minds(words []string) bool {
	for _, word := range words {
		if word == "--fail" || (strings.HasPrefix(word, "-") && !strings.HasPrefix(word, "--") && strings.Contains(word, "f")) {
			return true
		}
	}
	return false
}

func complain(code int, message string) int {
	fmt.Fprintln(os.Stderr, message)
	return code
}
