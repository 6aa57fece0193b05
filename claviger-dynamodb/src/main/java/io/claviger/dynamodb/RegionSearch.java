package io.claviger.dynamodb;

import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * Where a region is looked for that nobody gave: where the SDK looks, and in AWS_DEFAULT_REGION, the only such variable that boto3
 * reads. So programs in two languages find the same table.
 *
 * @param first what the property {@code aws.region} or AWS_REGION says; both win over the default, as they do for the SDK
 * @param byDefault what AWS_DEFAULT_REGION says; as for boto3 it wins over the profile
 * @param chain where the SDK looks for all of it, the profile and the machine included
 */
record RegionSearch(Optional<String> first, Optional<String> byDefault, Supplier<Region> chain) {
    /** What to look at if a region was found that is none. */
    static final String PLACES = "AWS_REGION, AWS_DEFAULT_REGION and the profile";

    // Empty counts as not set, as for the SDK and for boto3.
    RegionSearch {
        first = first.filter(name -> !name.isBlank());
        byDefault = byDefault.filter(name -> !name.isBlank());
    }

    static RegionSearch ofEnvironment() {
        return new RegionSearch(
                SdkSystemSetting.AWS_REGION.getStringValue(),
                Optional.ofNullable(System.getenv("AWS_DEFAULT_REGION")),
                () -> DefaultAwsRegionProviderChain.builder().build().getRegion());
    }

    /**
     * Returns the region, which may be a name that no region can have.
     *
     * @throws software.amazon.awssdk.core.exception.SdkClientException if there is none anywhere
     */
    Region region() {
        return first.isEmpty() && byDefault.isPresent() ? Region.of(byDefault.get()) : chain.get();
    }
}
