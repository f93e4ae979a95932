package showcase

import (
	"net/http"
	"sync"
)

// Sessions remembers who is logged in.
type Sessions struct {
	mu   sync.Mutex
	user map[string]string
}

// User gives the user of a token. While one request waits for the login server, all others wait for the lock.
func (s *Sessions) User(token string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if user, ok := s.user[token]; ok {
		return user, nil
	}
	response, err := http.Get("https://login.example.com/" + token)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	s.user[token] = response.Header.Get("X-User")
	return s.user[token], nil
}
