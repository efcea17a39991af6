package io.convergence.aws.dms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.target.S3Attribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.services.databasemigration.model.S3Settings;

class S3SettingsMembersTest {
    /** Asks the SDK which members there are, so that one that a newer SDK adds is missed here. */
    @Test
    void everyMemberOfTheSdkIsReadAndWrittenAsTheAttributeOfItsName() {
        List<String> names = new ArrayList<>();
        for (SdkField<?> field : S3Settings.builder().sdkFields()) {
            Object value = valueOf(field);
            S3Settings.Builder builder = S3Settings.builder();
            field.set(builder, value);
            S3Settings settings = builder.build();

            Map<S3Attribute, Object> read = S3SettingsMembers.read(settings);

            assertThat(read).as(field.memberName()).hasSize(1).containsValue(value);
            assertThat(read.keySet().iterator().next().apiName()).contains(field.memberName());
            assertThat(S3SettingsMembers.write(read)).isEqualTo(settings);
            names.add(field.memberName());
        }

        assertThat(names)
                .hasSize(41)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(S3Attribute.values())
                        .flatMap(attribute -> attribute.apiName().stream())
                        .toList());
    }

    /** A text that none of the SDK's enums knows stays what it is. */
    private static Object valueOf(SdkField<?> field) {
        if (field.marshallingType() == MarshallingType.STRING) {
            return "SPELLING_OF_" + field.memberName();
        }
        return field.marshallingType() == MarshallingType.INTEGER ? (Object) 7 : true;
    }

    @Test
    void aNumberThatTheApiCannotHoldIsRefused() {
        assertThatThrownBy(() -> S3SettingsMembers.write(Map.of(S3Attribute.CDC_MIN_FILE_SIZE, 3_000_000_000L)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot send CdcMinFileSize 3000000000: the API takes at most 2147483647. Lower it.");
    }
}
