package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import com.bertramlabs.plugins.hcl4j.HCLParser;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;

/** What {@code deploy/aws} makes and allows is what the code needs, neither less nor more. */
class AwsTemplatesTest {
    private static final Path FOLDER = Path.of(System.getProperty("claviger.root", ".."), "deploy", "aws");

    /** Those who manage tables, apart from those who hold locks in one. */
    private static final Set<Class<?>> MANAGING =
            Set.of(DynamoTables.class, TableService.class, TableSettings.class, TableTags.class);

    @ParameterizedTest
    @EnumSource
    void cloudFormation_makesTheTableOfTheLayout(DynamoLayout layout) throws Exception {
        TableSchema schema = TableSchema.of(layout);
        Map<?, ?> template = yaml("cloudformation/" + module(layout) + ".yaml");
        Map<?, ?> table = map(template, "Resources", "LockTable", "Properties");
        assertThat(table.get("BillingMode")).isEqualTo("PAY_PER_REQUEST");
        assertThat(table.get("KeySchema"))
                .isEqualTo(schema.keyElements().stream()
                        .map(AwsTemplatesTest::keyElement)
                        .toList());
        assertThat(table.get("AttributeDefinitions"))
                .isEqualTo(schema.key().stream()
                        .map(name -> Map.of("AttributeName", name, "AttributeType", "S"))
                        .toList());
        assertThat(table.get("TimeToLiveSpecification"))
                .isEqualTo(Map.of("AttributeName", schema.timeToLive(), "Enabled", true));
        assertThat(table.get("DeletionProtectionEnabled")).isEqualTo(Map.of("Ref", "DeletionProtection"));
        assertThat(table.get("PointInTimeRecoverySpecification"))
                .isEqualTo(Map.of("PointInTimeRecoveryEnabled", Map.of("Ref", "PointInTimeRecovery")));
        if (layout == DynamoLayout.DYNALOCK) {
            assertThat(table.get("Tags")).isEqualTo(List.of(tag("dynalock")));
        } else {
            assertThat(table.get("Tags"))
                    .isEqualTo(List.of(
                            tag(Map.of("Ref", "Layout")),
                            Map.of(
                                    "Fn::If",
                                    List.of(
                                            "IsLynk",
                                            Map.of("Key", TableSchema.LYNK_TAG, "Value", TableSchema.LYNK_VALUE),
                                            Map.of("Ref", "AWS::NoValue")))));
            assertThat(map(template, "Parameters", "Layout").get("AllowedValues"))
                    .isEqualTo(List.of("native", "lynk"));
            assertThat(map(template, "Conditions", "IsLynk").get("Fn::Equals"))
                    .isEqualTo(List.of(Map.of("Ref", "Layout"), "lynk"));
        }
    }

    private static Map<String, Object> tag(Object value) {
        return Map.of("Key", TableSchema.TAG, "Value", value);
    }

    private static Map<String, String> keyElement(KeySchemaElement element) {
        return Map.of("AttributeName", element.attributeName(), "KeyType", element.keyTypeAsString());
    }

    private static String module(DynamoLayout layout) {
        return layout == DynamoLayout.DYNALOCK ? "dynalock" : "locks";
    }

    @ParameterizedTest
    @EnumSource
    void terraform_makesTheTableOfTheLayout(DynamoLayout layout) throws Exception {
        TableSchema schema = TableSchema.of(layout);
        Path file = FOLDER.resolve("terraform").resolve(module(layout)).resolve("main.tf");
        Map<?, ?> table = map(new HCLParser().parse(file.toFile(), "UTF-8"), "resource", "aws_dynamodb_table", "locks");
        assertThat(table.get("billing_mode")).isEqualTo("PAY_PER_REQUEST");
        assertThat(table.get("hash_key")).isEqualTo(schema.key().get(0));
        assertThat(table.get("range_key"))
                .isEqualTo(schema.key().size() > 1 ? schema.key().get(1) : null);
        Object attributes = at(table, "attribute");
        assertThat(attributes instanceof List<?> several ? several : List.of(attributes))
                .isEqualTo(schema.key().stream()
                        .map(name -> Map.of("name", name, "type", "S"))
                        .toList());
        assertThat(table.get("ttl")).isEqualTo(Map.of("attribute_name", schema.timeToLive(), "enabled", true));
        assertThat(map(table, "point_in_time_recovery").get("enabled")).isEqualTo(false);
        assertThat(table.get("deletion_protection_enabled")).isEqualTo(true);
        // The parser does not evaluate all of Terraform's functions.
        String tags = layout == DynamoLayout.DYNALOCK
                ? "tags = { claviger = \"dynalock\" }"
                : "tags = merge({ claviger = var.layout }, var.layout == \"lynk\" ? { lynk = \"lock-table\" } : {})";
        assertThat(Files.readString(file)).contains(tags);
    }

    @Test
    void tagsOfTheTemplates_meanTheLayout() {
        assertThat(TableSchema.of(DynamoLayout.NATIVE).tags()).isEqualTo(Map.of("claviger", "native"));
        assertThat(TableSchema.of(DynamoLayout.LYNK).tags())
                .isEqualTo(Map.of("claviger", "lynk", "lynk", "lock-table"));
        assertThat(TableSchema.of(DynamoLayout.DYNALOCK).tags()).isEqualTo(Map.of("claviger", "dynalock"));
        for (DynamoLayout layout : DynamoLayout.values()) {
            assertThat(TableSchema.layout(TableSchema.of(layout).tags())).contains(layout);
        }
        assertThat(TableSchema.layout(Map.of("lynk", "lock-table"))).contains(DynamoLayout.LYNK);
        assertThat(TableSchema.layout(Map.of("lynk", "other", "claviger", "other")))
                .isEmpty();
    }

    @Test
    void policyOfHolders_allowsWhatTheirCodeCalls() throws Exception {
        assertThat(actions("holder.json"))
                .isEqualTo(actionsCalled(type -> MANAGING.stream().noneMatch(type::isEquivalentTo)));
    }

    @Test
    void policyOfAdministrators_allowsWhatTheirCodeCalls() throws Exception {
        assertThat(actions("administrator.json"))
                .isEqualTo(actionsCalled(type -> MANAGING.stream().anyMatch(type::isEquivalentTo)));
    }

    @Test
    void policies_areForOneTable_exceptForListing() throws Exception {
        for (String file : List.of("holder.json", "administrator.json")) {
            for (Object statement : (List<?>) at(yaml("iam/" + file), "Statement")) {
                Map<?, ?> fields = map(statement);
                boolean listing = "dynamodb:ListTables".equals(fields.get("Action"));
                assertThat(fields.get("Resource"))
                        .isEqualTo(listing ? "*" : "arn:aws:dynamodb:REGION:ACCOUNT:table/TABLE");
                assertThat(fields.get("Effect")).isEqualTo("Allow");
            }
        }
    }

    private static Set<String> actions(String policy) throws IOException {
        Set<String> actions = new TreeSet<>();
        for (Object statement : (List<?>) at(yaml("iam/" + policy), "Statement")) {
            Object allowed = at(statement, "Action");
            for (Object action : allowed instanceof List<?> several ? several : List.of(allowed)) {
                actions.add(String.valueOf(action));
            }
        }
        return actions;
    }

    /** The operations that our classes call, by their byte code. An action is called as its operation is. */
    private static Set<String> actionsCalled(Predicate<JavaClass> by) {
        JavaClasses ours = new ClassFileImporter()
                .importUrl(
                        DynamoTables.class.getProtectionDomain().getCodeSource().getLocation());
        Set<String> actions = new TreeSet<>();
        for (JavaClass type : ours) {
            if (by.test(type)) {
                for (JavaMethodCall call : type.getMethodCallsFromSelf()) {
                    boolean operation =
                            call.getTargetOwner().isEquivalentTo(DynamoDbAsyncClient.class) && !isNoOperation(call);
                    if (operation) {
                        actions.add("dynamodb:" + action(call.getName()));
                    }
                }
            }
        }
        return actions;
    }

    /** A transaction has no permission of its own: each of its parts needs its own, and a check one by this name. */
    private static String action(String operation) {
        return operation.equals("transactWriteItems")
                ? "ConditionCheckItem"
                : Character.toUpperCase(operation.charAt(0)) + operation.substring(1);
    }

    private static boolean isNoOperation(JavaMethodCall call) {
        return Stream.of("builder", "close", "serviceClientConfiguration").anyMatch(call.getName()::equals);
    }

    private static Map<?, ?> yaml(String file) throws IOException {
        return map(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(FOLDER.resolve(file))));
    }

    private static Map<?, ?> map(@Nullable Object value, String... path) {
        return (Map<?, ?>) at(value, path);
    }

    private static Object at(@Nullable Object value, String... path) {
        @Nullable Object at = value;
        for (String step : path) {
            at = at instanceof Map<?, ?> fields ? fields.get(step) : null;
        }
        return Objects.requireNonNull(at, () -> "there is nothing at " + String.join("/", path));
    }
}
