package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;

/** In which order the places count where a region may stand. */
class RegionSearchTest {
    private static final Region OF_THE_SDK = Region.of("sdk-1");

    private static Region found(String first, String byDefault) {
        return new RegionSearch(Optional.of(first), Optional.of(byDefault), () -> OF_THE_SDK).region();
    }

    @Test
    void theDefaultCountsBeforeTheProfile() {
        assertThat(found("", "eu-central-1")).isEqualTo(Region.EU_CENTRAL_1);
        assertThat(new RegionSearch(Optional.empty(), Optional.of("eu-central-1"), () -> OF_THE_SDK).region())
                .isEqualTo(Region.EU_CENTRAL_1);
    }

    @Test
    void whatTheSdkTakesFirst_countsBeforeTheDefault() {
        assertThat(found("eu-west-1", "eu-central-1")).isEqualTo(OF_THE_SDK);
    }

    @Test
    void anEmptyDefaultIsNone() {
        assertThat(found("", "")).isEqualTo(OF_THE_SDK);
        assertThat(found("", " ")).isEqualTo(OF_THE_SDK);
        assertThat(new RegionSearch(Optional.empty(), Optional.empty(), () -> OF_THE_SDK).region())
                .isEqualTo(OF_THE_SDK);
    }

    @Test
    void withoutAny_theSdkSaysSo() {
        RegionSearch nowhere = new RegionSearch(Optional.empty(), Optional.empty(), () -> {
            throw SdkClientException.create("no region");
        });
        assertThatThrownBy(nowhere::region).isInstanceOf(SdkClientException.class);
    }
}
