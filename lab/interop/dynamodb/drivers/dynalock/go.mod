module claviger.io/lab/dynalock

go 1.21

require (
	github.com/aws/aws-sdk-go v1.40.9
	github.com/aws/aws-sdk-go-v2 v0.24.0
	github.com/wolfeidau/dynalock v1.3.1
	github.com/wolfeidau/dynalock/v2 v2.0.0
)

require github.com/jmespath/go-jmespath v0.4.0 // indirect
