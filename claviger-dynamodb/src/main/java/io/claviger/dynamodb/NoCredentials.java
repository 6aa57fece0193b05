package io.claviger.dynamodb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * That there are no credentials, in one line. The SDK tells at length of each place where it looked, set up or not; what somebody has
 * set up, and why it fails, is picked out.
 */
final class NoCredentials {
    private static final String NONE =
            "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile, or give this machine a role";

    private static final Pattern MISSING_MODULE =
            Pattern.compile("'?(\\w+)'? service module must be on the class ?path");
    private static final Pattern EMPTY_PROFILE = Pattern.compile("no credentials for profile '([\\w. @/+-]{1,100})'");

    /** Where the SDK's list of places ends and that of their failures begins. */
    private static final String FAILURES = ") : [";

    private static final String PLACE = "CredentialsProvider(";
    private static final Pattern BETWEEN = Pattern.compile(", (?=[A-Z][A-Za-z]{1,30}CredentialsProvider\\()");

    /** What each place is to those who set it up. Of a machine's role nobody says whether there is to be one. */
    private static final Map<String, String> SET_UP = Map.of(
            "SystemProperty", "the access key that is set up",
            "EnvironmentVariable", "the access key that is set up",
            "WebIdentityTokenFile", "the web identity that is set up",
            "Profile", "the profile that is set up",
            "Container", "the credentials of the container that are set up");

    /** How the failures begin of places where nothing is set up. */
    private static final List<String> NOTHING = List.of(
            "Unable to load credentials from system settings. Access key must be specified",
            "Either the environment variable AWS_WEB_IDENTITY_TOKEN_FILE",
            "Profile file contained no credentials",
            "Cannot fetch credentials from container - neither");

    private static final Pattern MISSING_FILE = Pattern.compile("^java\\.nio\\.file\\.NoSuchFileException: ");
    private static final Pattern EXCEPTION = Pattern.compile("^[a-z][\\w.]*\\.\\w+Exception: ");
    private static final Pattern SERVICE = Pattern.compile(" \\(Service: .*", Pattern.DOTALL);
    private static final String PROCESS = "Failed to refresh process-based credentials";

    private NoCredentials() {}

    /** Returns the line, without a full stop. */
    static String line(Throwable failure) {
        String told = String.valueOf(failure.getMessage());
        Matcher module = MISSING_MODULE.matcher(told);
        if (module.find()) {
            return NONE + "; those that are set up need the module " + module.group(1)
                    + " of the AWS SDK, which is not here";
        }
        List<String> parts = new ArrayList<>(List.of(NONE));
        parts.addAll(failuresOfWhatIsSetUp(told));
        Matcher profile = EMPTY_PROFILE.matcher(told);
        if (profile.find() && !profile.group(1).equals("default")) {
            parts.add("the profile '" + profile.group(1) + "' has none");
        }
        return String.join("; ", parts);
    }

    private static List<String> failuresOfWhatIsSetUp(String told) {
        List<String> found = new ArrayList<>();
        int list = told.indexOf(FAILURES);
        if (list < 0) {
            return found;
        }
        for (String entry :
                BETWEEN.split(told.substring(list + FAILURES.length()).replaceFirst("\\]$", ""), -1)) {
            int place = entry.indexOf(PLACE);
            int end = entry.indexOf("): ");
            String who = place < 0 ? null : SET_UP.get(entry.substring(0, place));
            if (who != null && end >= 0) {
                String why = entry.substring(end + "): ".length());
                if (NOTHING.stream().noneMatch(why::startsWith)) {
                    found.add(who + ": " + reason(why));
                }
            }
        }
        return found;
    }

    private static String reason(String why) {
        if (why.startsWith(PROCESS)) {
            return "its credential_process fails; run it to see why";
        }
        String words = SERVICE.matcher(why).replaceFirst("");
        words = MISSING_FILE.matcher(words).replaceFirst("there is no file ");
        words = EXCEPTION.matcher(words).replaceFirst("");
        return NoAnswer.shortened(words).replaceFirst("\\.$", "");
    }
}
