package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.dynamodb.Outcome.Kind;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** What the failures of a request mean: whether it was done, whether to ask again, and what to say. */
class SdkFailuresTest {

    private static Outcome.Failed failed(Throwable failure) {
        return SdkFailures.failed(new CompletionException(failure), "locks");
    }

    private static DynamoDbException.Builder answer(int status, @Nullable String code, @Nullable String message) {
        DynamoDbException.Builder answer = DynamoDbException.builder();
        answer.statusCode(status);
        answer.awsErrorDetails(
                AwsErrorDetails.builder().errorCode(code).errorMessage(message).build());
        return answer;
    }

    private static void assertFailure(Throwable failure, Kind kind, String... words) {
        Outcome.Failed failed = failed(failure);
        assertThat(failed.kind()).as(failed.message()).isEqualTo(kind);
        assertThat(failed.message()).contains(words);
    }

    @Test
    void denialsAreHopelessAndNameTheTable() {
        for (String code :
                new String[] {"AccessDeniedException", "UnrecognizedClientException", "ExpiredTokenException"}) {
            assertFailure(
                    answer(400, code, "User: x is not authorized to perform: dynamodb:UpdateItem")
                            .build(),
                    Kind.HOPELESS,
                    "access to the table 'locks' is denied",
                    code,
                    "dynamodb:UpdateItem");
        }
    }

    @Test
    void missingTableAndTooLargeItemsAreHopeless() {
        assertFailure(ResourceNotFoundException.builder().build(), Kind.HOPELESS, "there is no table 'locks'");
        assertFailure(
                answer(400, "ValidationException", "Item size has exceeded the maximum allowed size")
                        .build(),
                Kind.HOPELESS,
                "400 KB");
        assertFailure(
                answer(400, "ValidationException", "One or more parameter values were invalid")
                        .build(),
                Kind.HOPELESS,
                "the table 'locks' refuses (ValidationException)",
                "parameter values");
    }

    @Test
    void throttledRequestWasNotDoneUnlessAnEarlierAttemptMayHaveBeen() {
        DynamoDbException.Builder once = answer(400, "ProvisionedThroughputExceededException", "too much");
        once.numAttempts(1);
        assertFailure(once.build(), Kind.NOT_DONE, "asked for more than it allows");
        DynamoDbException.Builder thrice = answer(400, "ThrottlingException", "too much");
        thrice.numAttempts(3);
        assertFailure(thrice.build(), Kind.PERHAPS_DONE, "asked for more than it allows");
        ProvisionedThroughputExceededException.Builder typed = ProvisionedThroughputExceededException.builder();
        typed.awsErrorDetails(AwsErrorDetails.builder()
                .errorCode("ProvisionedThroughputExceededException")
                .errorMessage("too much")
                .build());
        assertFailure(typed.build(), Kind.NOT_DONE, "asked for more than it allows");
    }

    @Test
    void K4_whatIsRefusedAfterAnAttemptWithoutAnAnswerWasPerhapsDone() {
        for (String code : new String[] {"AccessDeniedException", "ExpiredTokenException", "ValidationException"}) {
            DynamoDbException.Builder second = answer(400, code, "no");
            second.numAttempts(2);
            assertFailure(second.build(), Kind.PERHAPS_DONE, code);
        }
        ResourceNotFoundException.Builder gone = ResourceNotFoundException.builder();
        gone.numAttempts(2);
        assertFailure(gone.build(), Kind.PERHAPS_DONE, "there is no table 'locks'");
        SdkClientException.Builder credentials = SdkClientException.builder();
        credentials.message("Unable to load credentials from any of the providers in the chain");
        credentials.numAttempts(2);
        assertFailure(credentials.build(), Kind.PERHAPS_DONE, "no AWS credentials");
    }

    @Test
    void K4_aTransactionThatIsStillUnderWayWasPerhapsDone() {
        for (String code : new String[] {"TransactionInProgressException", "TransactionConflictException"}) {
            DynamoDbException.Builder second = answer(400, code, "wait");
            second.numAttempts(2);
            assertFailure(second.build(), Kind.PERHAPS_DONE, code);
        }
        assertFailure(
                answer(400, "TransactionInProgressException", "wait").build(),
                Kind.PERHAPS_DONE,
                "TransactionInProgressException");
    }

    @Test
    void whatHasNoAnswerWasPerhapsDone() {
        assertFailure(answer(500, "InternalServerError", "oops").build(), Kind.PERHAPS_DONE, "in trouble", "oops");
        assertFailure(
                SdkClientException.create("Unable to execute HTTP request: connection reset"),
                Kind.PERHAPS_DONE,
                "no answer from the table 'locks'",
                "connection reset");
        assertFailure(
                ApiCallTimeoutException.create(1_000),
                Kind.PERHAPS_DONE,
                "no answer from the table 'locks'",
                "the time for it is over");
    }

    @Test
    void whatHasNoAnswer_isToldInOurWords() {
        SdkClientException slow = SdkClientException.create(
                "Unable to execute HTTP request: Acquire operation took longer than the configured maximum time. This indicates",
                new Throwable(
                        "Acquire operation took longer\nIf the above", new TimeoutException("Acquire operation")));
        assertThat(failed(slow).message())
                .isEqualTo(
                        "no answer from the table 'locks': no connection in time; finding its host may take too long, or too "
                                + "many requests are under way");
        assertThat(failed(SdkClientException.create("x", new ConnectException("Connection refused: /127.0.0.1:1")))
                        .message())
                .isEqualTo("no answer from the table 'locks': no connection: Connection refused: 127.0.0.1:1");
        assertThat(failed(SdkClientException.create("x", new SSLException("not an SSL/TLS record")))
                        .message())
                .isEqualTo(
                        "no answer from the table 'locks': no TLS with it: not an SSL/TLS record; an endpoint without TLS begins "
                                + "with http://, not https://");
        assertThat(failed(SdkClientException.create(
                                "x",
                                new IOException(
                                        "The connection was closed during the request. The request will usually")))
                        .message())
                .isEqualTo("no answer from the table 'locks': the connection was closed before it came");
        assertThat(failed(SdkClientException.create("Unable to execute HTTP request: " + "odd ".repeat(99)
                                + "\nand more (SDK Attempt Count: 3)"))
                        .message())
                .startsWith("no answer from the table 'locks': odd odd")
                .endsWith("…")
                .hasSizeLessThan(250);
    }

    @Test
    void whatIsNoDynamoDb_isSaidToBeNone() {
        for (String code : Arrays.asList(null, "")) {
            assertThat(failed(answer(404, code, null).build()).message())
                    .isEqualTo(
                            "what answers at the endpoint is no DynamoDB (HTTP status 404); see whether the endpoint is "
                                    + "right");
        }
        assertFailure(answer(404, null, null).build(), Kind.HOPELESS, "404");
        assertFailure(answer(999, null, null).build(), Kind.HOPELESS, "no DynamoDB");
        assertThat(failed(answer(502, null, null).build()).message())
                .isEqualTo("the table 'locks' is in trouble: HTTP status 502");
        assertFailure(answer(502, null, null).build(), Kind.PERHAPS_DONE, "502");
    }

    @Test
    void missingCredentials_nameWhatIsSetUp() {
        assertThat(NoCredentials.line(SdkClientException.create("ProfileCredentialsProvider(): Profile file contained "
                        + "no credentials for profile 'nosuch': ProfileFile(...)")))
                .startsWith("no AWS credentials: set")
                .endsWith("; the profile 'nosuch' has none");
        // Who has named none has the profile "default", of which nothing is said.
        assertThat(NoCredentials.line(
                        SdkClientException.create("Profile file contained no credentials for profile 'default': x")))
                .endsWith("or give this machine a role");
        assertThat(NoCredentials.line(SdkClientException.create(
                        "To use web identity tokens, the 'sts' service module must be on the class path.")))
                .endsWith("; those that are set up need the module sts of the AWS SDK, which is not here");
    }

    /** The SDK's whole message, in which three places have something of their own to say. */
    private static String chain(String environment, String webIdentity, String profile, String container) {
        String file =
                "ProfileCredentialsProvider(profileName=p, profileFile=ProfileFile(sections=[profiles, sso-session, services],"
                        + " profiles=[Profile(name=p, properties=[role_arn, source_profile, region])]))";
        String noKey =
                "Unable to load credentials from system settings. Access key must be specified either via environment"
                        + " variable (AWS_ACCESS_KEY_ID) or system property (aws.accessKeyId).";
        return "Unable to load credentials from any of the providers in the chain AwsCredentialsProviderChain("
                + "credentialsProviders=[SystemPropertyCredentialsProvider(), EnvironmentVariableCredentialsProvider(),"
                + " WebIdentityTokenFileCredentialsProvider(), " + file + ", ContainerCredentialsProvider(),"
                + " InstanceProfileCredentialsProvider()]) : [SystemPropertyCredentialsProvider(): " + noKey
                + ", EnvironmentVariableCredentialsProvider(): " + (environment.isEmpty() ? noKey : environment)
                + ", WebIdentityTokenFileCredentialsProvider(): "
                + (webIdentity.isEmpty()
                        ? "Either the environment variable AWS_WEB_IDENTITY_TOKEN_FILE or the javaproperty"
                                + " aws.webIdentityTokenFile must be set."
                        : webIdentity)
                + ", " + file + ": "
                + (profile.isEmpty()
                        ? "Profile file contained no credentials for profile 'default': ProfileFile(sections=[])"
                        : profile)
                + ", ContainerCredentialsProvider(): "
                + (container.isEmpty()
                        ? "Cannot fetch credentials from container - neither AWS_CONTAINER_CREDENTIALS_FULL_URI or"
                                + " AWS_CONTAINER_CREDENTIALS_RELATIVE_URI environment variables are set."
                        : container)
                + ", InstanceProfileCredentialsProvider(): Failed to load credentials from IMDS.]";
    }

    private static void assertLacking(String message, String end) {
        assertThat(NoCredentials.line(SdkClientException.create(message)))
                .isEqualTo(
                        "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile, or give this"
                                + " machine a role" + end);
    }

    @Test
    void credentialsThatAreSetUpButFail_areNamedWithTheReason() {
        String refused =
                "No OpenIDConnect provider found in your account for https://oidc.example (Service: Sts, Status Code:"
                        + " 400, Request ID: c6104cbe-af31-11e0-8154-cbc7ccf896c7) (SDK Attempt Count: 1)";
        assertLacking(chain("", "", "", ""), "");
        assertLacking(
                chain("", "java.nio.file.NoSuchFileException: /no/such/token", "", ""),
                "; the web identity that is set up: there is no file /no/such/token");
        assertLacking(
                chain("", refused, "", ""),
                "; the web identity that is set up: No OpenIDConnect provider found in your account for https://oidc.example");
        assertLacking(
                chain(
                        "",
                        "Either the environment variable AWS_ROLE_ARN or the javaproperty aws.roleArn must be set.",
                        "",
                        ""),
                "; the web identity that is set up: Either the environment variable AWS_ROLE_ARN or the javaproperty aws.roleArn"
                        + " must be set");
        assertLacking(
                chain("", "", "Failed to refresh process-based credentials.", ""),
                "; the profile that is set up: its credential_process fails; run it to see why");
        assertLacking(
                chain(
                        "",
                        "",
                        "Unable to execute HTTP request: Connect to http://127.0.0.1:1 failed: Connection refused (SDK Attempt"
                                + " Count: 4)",
                        "Failed to load credentials from metadata service."),
                "; the profile that is set up: Connect to http://127.0.0.1:1 failed: Connection refused; the credentials of the"
                        + " container that are set up: Failed to load credentials from metadata service");
        assertLacking(
                chain(
                        "Unable to load credentials from system settings. Secret key must be specified either via environment"
                                + " variable (AWS_SECRET_ACCESS_KEY) or system property (aws.secretAccessKey).",
                        "",
                        "",
                        ""),
                "; the access key that is set up: Unable to load credentials from system settings. Secret key must be specified"
                        + " either via environment variable (AWS_SECRET_ACCESS_KEY) or system property (aws.secretAccessKey)");
    }

    @Test
    void missingCredentialsAndAClosedClientAreHopeless() {
        assertFailure(
                SdkClientException.create("Unable to load credentials from any of the providers in the chain"),
                Kind.HOPELESS,
                "no AWS credentials",
                "AWS_ACCESS_KEY_ID");
        assertFailure(new IllegalStateException("Connection pool shut down"), Kind.HOPELESS, "is closed");
    }

    @Test
    void K4_whatWasUnderWayWhenTheClientWasClosedWasPerhapsDone_andLaterNothingIs() {
        DynamoDbAsyncClient closing = (DynamoDbAsyncClient) Proxy.newProxyInstance(
                DynamoDbAsyncClient.class.getClassLoader(),
                new Class<?>[] {DynamoDbAsyncClient.class},
                (proxy, method, arguments) ->
                        CompletableFuture.failedFuture(new IllegalStateException("Connection pool shut down")));
        SdkTable table = new SdkTable(closing, "locks", () -> {});
        Write write =
                Write.update("x", List.of(Change.set("a", "b")), new Condition.Is(Path.of(NativeLayout.VERSION), "v"));
        for (Kind kind : List.of(Kind.PERHAPS_DONE, Kind.HOPELESS, Kind.HOPELESS)) {
            assertThat(table.write(write, 1_000_000_000L).join())
                    .isEqualTo(new Outcome.Failed(kind, "the client of DynamoDB is closed"));
        }
    }
}
