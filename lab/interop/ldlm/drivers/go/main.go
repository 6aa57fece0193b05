// Drives grpc-go by lines of JSON. See ../../ldlm_client.py.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"
	"sync"

	"claviger.io/lab/ldlm/wire"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

type files struct {
	CA   string `json:"ca_file"`
	Cert string `json:"cert_file"`
	Key  string `json:"key_file"`
}

type ask struct {
	ID          int     `json:"id"`
	Do          string  `json:"do"`
	Client      string  `json:"client"`
	Address     string  `json:"address"`
	Password    *string `json:"password"`
	TLS         *files  `json:"tls"`
	Of          int     `json:"of"`
	Name        string  `json:"name"`
	Key         string  `json:"key"`
	WaitTimeout *int32  `json:"wait_timeout_seconds"`
	LockTimeout *int32  `json:"lock_timeout_seconds"`
	Size        *int32  `json:"size"`
}

type answer map[string]any

type client struct {
	connection *grpc.ClientConn
	stub       wire.LDLMClient
	password   *string
}

var (
	mutex   sync.Mutex
	clients = map[string]*client{}
	calls   = map[int]context.CancelFunc{}
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var request ask
		if err := json.Unmarshal(lines.Bytes(), &request); err != nil {
			panic(err)
		}
		// In this order: a client is there, and a call can be cancelled, before the next line is read.
		switch request.Do {
		case "open":
			tell(request.ID, open(request))
		case "close":
			tell(request.ID, answered(nil, find(request.Client).connection.Close()))
		case "cancel":
			mutex.Lock()
			calls[request.Of]()
			mutex.Unlock()
			tell(request.ID, answer{})
		default:
			ctx, cancel := context.WithCancel(context.Background())
			mutex.Lock()
			calls[request.ID] = cancel
			mutex.Unlock()
			go func() { tell(request.ID, call(ctx, request)) }()
		}
	}
}

func find(name string) *client {
	mutex.Lock()
	defer mutex.Unlock()
	return clients[name]
}

func open(request ask) answer {
	secure, err := transport(request.TLS)
	if err != nil {
		return answered(nil, err)
	}
	connection, err := grpc.NewClient(request.Address, grpc.WithTransportCredentials(secure))
	if err != nil {
		return answered(nil, err)
	}
	mutex.Lock()
	defer mutex.Unlock()
	clients[request.Client] = &client{connection, wire.NewLDLMClient(connection), request.Password}
	return answer{}
}

func transport(names *files) (credentials.TransportCredentials, error) {
	if names == nil {
		return insecure.NewCredentials(), nil
	}
	authorities := x509.NewCertPool()
	pem, err := os.ReadFile(names.CA)
	if err != nil {
		return nil, err
	}
	authorities.AppendCertsFromPEM(pem)
	config := &tls.Config{RootCAs: authorities}
	if names.Cert != "" {
		pair, err := tls.LoadX509KeyPair(names.Cert, names.Key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return credentials.NewTLS(config), nil
}

func call(ctx context.Context, request ask) answer {
	target := find(request.Client)
	if target.password != nil {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", *target.password)
	}
	switch request.Do {
	case "lock":
		return lockAnswer(target.stub.Lock(ctx, &wire.LockRequest{Name: request.Name, Size: request.Size,
			WaitTimeoutSeconds: request.WaitTimeout, LockTimeoutSeconds: request.LockTimeout}))
	case "try_lock":
		return lockAnswer(target.stub.TryLock(ctx, &wire.TryLockRequest{Name: request.Name, Size: request.Size,
			LockTimeoutSeconds: request.LockTimeout}))
	case "renew":
		return lockAnswer(target.stub.Renew(ctx, &wire.RenewRequest{Name: request.Name, Key: request.Key,
			LockTimeoutSeconds: *request.LockTimeout}))
	case "unlock":
		response, err := target.stub.Unlock(ctx, &wire.UnlockRequest{Name: request.Name, Key: request.Key})
		if err != nil {
			return answered(nil, err)
		}
		return with(answer{"unlocked": response.Unlocked, "name": response.Name}, response.Error)
	}
	return answer{"message": "cannot " + request.Do}
}

func lockAnswer(response *wire.LockResponse, err error) answer {
	if err != nil {
		return answered(nil, err)
	}
	return with(answer{"locked": response.Locked, "name": response.Name, "key": response.Key}, response.Error)
}

func with(said answer, failure *wire.Error) answer {
	if failure != nil {
		said["code"], said["message"] = int32(failure.Code), failure.Message
	}
	return said
}

// The names of the codes in the other languages.
var names = map[codes.Code]string{codes.Canceled: "CANCELLED", codes.Unauthenticated: "UNAUTHENTICATED",
	codes.Unavailable: "UNAVAILABLE", codes.DeadlineExceeded: "DEADLINE_EXCEEDED"}

func answered(said answer, err error) answer {
	if err == nil {
		return said
	}
	state := status.Convert(err)
	name, known := names[state.Code()]
	if !known {
		name = state.Code().String()
	}
	return answer{"status": name, "message": state.Message()}
}

func tell(id int, said answer) {
	if said == nil {
		said = answer{}
	}
	said["id"] = id
	line, err := json.Marshal(said)
	if err != nil {
		panic(err)
	}
	mutex.Lock()
	defer mutex.Unlock()
	fmt.Println(string(line))
}
