// Package robot knows of no lock.
package robot

import (
	"net/http"

	"example.test/case/rules-inconsistent-guard-polled/board"
)

type robot struct{ board *board.Board }

func (r *robot) ServeHTTP(_ http.ResponseWriter, request *http.Request) {
	r.board.Scores[request.URL.Path]++ // want "`Board.Scores` is written without `Board.Lock`, which is held in 2 of 3 accesses"
	r.board.Draft = "robot"
}

func main() {
	fresh := &board.Board{Scores: map[string]int{}}
	fresh.Scores["robot"] = 1
	http.Handle("/", &robot{board: fresh})
}
