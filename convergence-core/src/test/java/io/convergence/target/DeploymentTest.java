package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.mapping.TableMappings;
import io.convergence.source.SourceEngine;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DeploymentTest {
    private static final String ROLE = "arn:aws:iam::123456789012:role/dms-s3";
    private static final String SOURCE = "arn:aws:dms:eu-west-1:123456789012:endpoint:ABC";
    private static final String INSTANCE = "arn:aws:dms:eu-west-1:123456789012:rep:DEF";
    private static final String TARGET = "arn:aws:dms:eu-west-1:123456789012:endpoint:GHI";

    private static Deployment task() {
        ReplicationSpec spec = ReplicationSpec.builder()
                .sourceEngine(SourceEngine.MYSQL)
                .settings(s -> s.bucketName("lake")
                        .serviceAccessRoleArn(ROLE)
                        .compressionType(CompressionType.GZIP)
                        .timestampColumnName("ts")
                        .csv(c -> c.delimiter(";").nullValue(""))
                        .cdc(c -> c.preserveTransactions("txn"))
                        .encryption(e -> e.sseKms("arn:aws:kms:eu-west-1:123456789012:key/1")))
                .tableMappings(m -> m.include("shop", "%").addChangeSequence("seq"))
                .taskSettings(TaskSettings.of(t -> t.keepFilesWhenSourceDropsOrTruncates()
                        .set(FullLoadSettings.TARGET_TABLE_PREP_MODE, TargetTablePrepMode.DROP_AND_CREATE)))
                .build();
        return Deployment.builder(spec, "shop-cdc")
                .replicationInstanceArn(INSTANCE)
                .tag("Cost centre", "${team}")
                .build();
    }

    private static Deployment serverless() {
        return Deployment.builder(lakeReady(), "orders")
                .sourceEndpointArn(SOURCE)
                .serverless(c -> c.maxCapacityUnits(16)
                        .multiAz()
                        .vpcSecurityGroupIds("sg-1", "sg-2")
                        .dnsNameServers("10.0.0.2", "10.0.0.3"))
                .build();
    }

    private static ReplicationSpec lakeReady() {
        return ReplicationSpec.lakeReady("lake", "raw")
                .sourceEngine(SourceEngine.POSTGRESQL)
                .settings(s -> s.serviceAccessRoleArn(ROLE))
                .tableMappings(m -> m.include("public", "%"))
                .taskSettings(TaskSettings.forS3().build())
                .build();
    }

    @Nested
    class AsCloudFormation {
        @Test
        void aTaskHasItsDocumentsAsTextAndWhatIsDoubtfulAsComments() {
            assertThat(task().toCloudFormation()).isEqualTo("""
                        AWSTemplateFormatVersion: "2010-09-09"
                        Parameters:
                          SourceEndpointArn:
                            Type: String
                            Description: "The ARN of the endpoint DMS reads from"
                        Resources:
                          # HEADERLESS_CSV: CSV without a header: rows tell their columns by their number only, so that after a change
                          # which keeps the number values are read as those of other columns (rule S15). Leave PreserveTransactions off,
                          # or reload tables whose columns change.
                          ShopCdcTargetEndpoint:
                            Type: AWS::DMS::Endpoint
                            Properties:
                              EndpointIdentifier: shop-cdc-target
                              EndpointType: target
                              EngineName: s3
                              S3Settings:
                                ServiceAccessRoleArn: arn:aws:iam::123456789012:role/dms-s3
                                BucketName: lake
                                CompressionType: gzip
                                CsvDelimiter: ";"
                                # EMPTY_TEXT_LIKE_NULL: CSV without CsvNullValue: an empty text may look like null, so that one is read for
                                # the other (rule S8). Set CsvNullValue to a text that no column holds, or DataFormat to parquet.
                                CsvNullValue: ""
                                CdcPath: txn
                                PreserveTransactions: true
                                TimestampColumnName: ts
                                EncryptionMode: sse-kms
                                # KMS_KEY_NEEDS_MODIFY: CreateEndpoint has been seen to ignore the key: files would be encrypted with another
                                # one. Compare with DescribeEndpoints, and send S3Settings again with ModifyEndpoint if it is missing there.
                                ServerSideEncryptionKmsKeyId: arn:aws:kms:eu-west-1:123456789012:key/1
                              # Tasks take this from here only, CdcPath too although S3Settings has it.
                              ExtraConnectionAttributes: "CdcPath=txn"
                              Tags:
                                - Key: "Cost centre"
                                  Value: "${team}"
                          # PREP_MODE_REMOVES_FILES: TargetTablePrepMode is DROP_AND_CREATE: before a table is loaded, all its files are
                          # removed, those with its earlier changes too. Set DO_NOTHING if that history is needed, and clear the folder
                          # by hand before a reload.
                          # SOURCE_SCHEMA_MISSING: Without a source schema tables, keys and types cannot be checked, nulls in updates
                          # are taken as real, and a column of the source that is named like a before-image is taken for one (rules S8
                          # and S10). Give it: SourceSchema.fromJdbc(dataSource), or by hand.
                          # BEFORE_IMAGE_MISSING: Updates do not carry the old key: where a key changes, the row with the old key stays
                          # in the lake (rule S10). Add before-images of the key: addBeforeImageColumns("before_").
                          # DMS changes a task only while it does not run: stop it before an update of the stack.
                          ShopCdcReplicationTask:
                            Type: AWS::DMS::ReplicationTask
                            Properties:
                              ReplicationTaskIdentifier: shop-cdc
                              MigrationType: full-load-and-cdc
                              SourceEndpointArn: !Ref SourceEndpointArn
                              TargetEndpointArn: !Ref ShopCdcTargetEndpoint
                              ReplicationInstanceArn: arn:aws:dms:eu-west-1:123456789012:rep:DEF
                              ReplicationTaskSettings: |-
                                {
                                  "FullLoadSettings" : {
                                    "TargetTablePrepMode" : "DROP_AND_CREATE"
                                  },
                                  "ChangeProcessingDdlHandlingPolicy" : {
                                    "HandleSourceTableDropped" : false,
                                    "HandleSourceTableTruncated" : false
                                  }
                                }
                              TableMappings: |-
                                {
                                  "rules" : [ {
                                    "rule-type" : "selection",
                                    "rule-id" : "1",
                                    "rule-name" : "include1",
                                    "object-locator" : {
                                      "schema-name" : "shop",
                                      "table-name" : "%"
                                    },
                                    "rule-action" : "include"
                                  }, {
                                    "rule-type" : "transformation",
                                    "rule-id" : "2",
                                    "rule-name" : "addColumn2",
                                    "rule-target" : "column",
                                    "object-locator" : {
                                      "schema-name" : "%",
                                      "table-name" : "%"
                                    },
                                    "rule-action" : "add-column",
                                    "value" : "seq",
                                    "expression" : "$AR_H_CHANGE_SEQ",
                                    "data-type" : {
                                      "type" : "string",
                                      "length" : 35
                                    }
                                  } ]
                                }
                              Tags:
                                - Key: "Cost centre"
                                  Value: "${team}"
                        """);
        }

        @Test
        void aServerlessReplicationHasItsDocumentsAsStructures() {
            assertThat(serverless().toCloudFormation()).isEqualTo("""
                        AWSTemplateFormatVersion: "2010-09-09"
                        Resources:
                          OrdersTargetEndpoint:
                            Type: AWS::DMS::Endpoint
                            Properties:
                              EndpointIdentifier: orders-target
                              EndpointType: target
                              EngineName: s3
                              S3Settings:
                                ServiceAccessRoleArn: arn:aws:iam::123456789012:role/dms-s3
                                BucketName: lake
                                BucketFolder: raw
                                DataFormat: parquet
                                CdcMaxBatchInterval: 300
                                CdcMinFileSize: 262144
                                IncludeOpForFullLoad: true
                                TimestampColumnName: dms_timestamp
                                DatePartitionEnabled: true
                                DictPageSizeLimit: 1048576
                                DataPageSize: 1048576
                                RowGroupLength: 10000
                          # SOURCE_SCHEMA_MISSING: Without a source schema tables, keys and types cannot be checked, nulls in updates
                          # are taken as real, and a column of the source that is named like a before-image is taken for one (rules S8
                          # and S10). Give it: SourceSchema.fromJdbc(dataSource), or by hand.
                          # DMS changes a serverless replication only while it is created, stopped or failed.
                          OrdersReplicationConfig:
                            Type: AWS::DMS::ReplicationConfig
                            Properties:
                              ReplicationConfigIdentifier: orders
                              ReplicationType: full-load-and-cdc
                              SourceEndpointArn: arn:aws:dms:eu-west-1:123456789012:endpoint:ABC
                              TargetEndpointArn: !Ref OrdersTargetEndpoint
                              ComputeConfig:
                                MaxCapacityUnits: 16
                                MultiAZ: true
                                VpcSecurityGroupIds:
                                  - sg-1
                                  - sg-2
                                DnsNameServers: "10.0.0.2,10.0.0.3"
                              ReplicationSettings:
                                TargetMetadata:
                                  SupportLobs: true
                                  FullLobMode: false
                                  LimitedSizeLobMode: true
                                  LobMaxSize: 32
                                  BatchApplyEnabled: false
                                FullLoadSettings:
                                  TargetTablePrepMode: DO_NOTHING
                                Logging:
                                  EnableLogging: true
                                  LogComponents:
                                    - Id: FILE_FACTORY
                                      Severity: LOGGER_SEVERITY_DEFAULT
                                    - Id: TARGET_APPLY
                                      Severity: LOGGER_SEVERITY_DEFAULT
                                    - Id: TARGET_LOAD
                                      Severity: LOGGER_SEVERITY_DEFAULT
                                ChangeProcessingDdlHandlingPolicy:
                                  HandleSourceTableDropped: false
                                  HandleSourceTableTruncated: false
                              TableMappings:
                                rules:
                                  - rule-type: selection
                                    rule-id: "1"
                                    rule-name: include1
                                    object-locator:
                                      schema-name: public
                                      table-name: "%"
                                    rule-action: include
                                  - rule-type: transformation
                                    rule-id: "2"
                                    rule-name: addColumn2
                                    rule-target: column
                                    object-locator:
                                      schema-name: "%"
                                      table-name: "%"
                                    rule-action: add-column
                                    value: dms_seq
                                    expression: "$AR_H_CHANGE_SEQ"
                                    data-type:
                                      type: string
                                      length: 35
                                  - rule-type: transformation
                                    rule-id: "3"
                                    rule-name: addBeforeImageColumns3
                                    rule-target: column
                                    object-locator:
                                      schema-name: "%"
                                      table-name: "%"
                                    rule-action: add-before-image-columns
                                    before-image-def:
                                      column-prefix: before_
                                      column-suffix: ""
                                      column-filter: pk-only
                        """);
        }

        @Test
        void aTemplateThatIsTooLongForARequestSaysSo() {
            TableMappings.Builder mappings = TableMappings.builder();
            for (int i = 0; i < 300; i++) {
                mappings.explicit("shop", "table" + i);
            }
            String template = Deployment.builder(
                            lakeReady().toBuilder()
                                    .tableMappings(mappings.build())
                                    .build(),
                            "many")
                    .build()
                    .toCloudFormation();

            assertThat(template.lines().limit(2).toList())
                    .first()
                    .asString()
                    .matches(
                            "# This template has [0-9]+ bytes: CloudFormation takes at most 51,200 in a request. Upload it to S3.*");
        }
    }

    @Nested
    class AsTerraform {
        @Test
        void aTaskHasTheSpellingsOfTheProviderAndItsGapsAsComments() {
            assertThat(task().toTerraform()).isEqualTo("""
                        variable "source_endpoint_arn" {
                          type        = string
                          description = "The ARN of the endpoint DMS reads from"
                        }

                        # HEADERLESS_CSV: CSV without a header: rows tell their columns by their number only, so that after a change
                        # which keeps the number values are read as those of other columns (rule S15). Leave PreserveTransactions off,
                        # or reload tables whose columns change.
                        resource "aws_dms_s3_endpoint" "shop_cdc" {
                          endpoint_id             = "shop-cdc-target"
                          endpoint_type           = "target"
                          service_access_role_arn = "arn:aws:iam::123456789012:role/dms-s3"
                          bucket_name             = "lake"
                          compression_type        = "GZIP"
                          csv_delimiter           = ";"
                          # EMPTY_TEXT_LIKE_NULL: CSV without CsvNullValue: an empty text may look like null, so that one is read for
                          # the other (rule S8). Set CsvNullValue to a text that no column holds, or DataFormat to parquet.
                          # Terraform's provider takes an empty text for not set and does not send it: send it with ModifyEndpoint.
                          csv_null_value                    = ""
                          cdc_path                          = "txn"
                          preserve_transactions             = true
                          timestamp_column_name             = "ts"
                          encryption_mode                   = "SSE_KMS"
                          server_side_encryption_kms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/1"

                          tags = {
                            "Cost centre" = "$${team}"
                          }
                        }

                        # PREP_MODE_REMOVES_FILES: TargetTablePrepMode is DROP_AND_CREATE: before a table is loaded, all its files are
                        # removed, those with its earlier changes too. Set DO_NOTHING if that history is needed, and clear the folder
                        # by hand before a reload.
                        # SOURCE_SCHEMA_MISSING: Without a source schema tables, keys and types cannot be checked, nulls in updates
                        # are taken as real, and a column of the source that is named like a before-image is taken for one (rules S8
                        # and S10). Give it: SourceSchema.fromJdbc(dataSource), or by hand.
                        # BEFORE_IMAGE_MISSING: Updates do not carry the old key: where a key changes, the row with the old key stays
                        # in the lake (rule S10). Add before-images of the key: addBeforeImageColumns("before_").
                        # To change most arguments Terraform stops the replication. It does not start it: that is left to you.
                        resource "aws_dms_replication_task" "shop_cdc" {
                          replication_task_id      = "shop-cdc"
                          migration_type           = "full-load-and-cdc"
                          source_endpoint_arn      = var.source_endpoint_arn
                          target_endpoint_arn      = aws_dms_s3_endpoint.shop_cdc.endpoint_arn
                          replication_instance_arn = "arn:aws:dms:eu-west-1:123456789012:rep:DEF"

                          replication_task_settings = jsonencode({
                            FullLoadSettings = {
                              TargetTablePrepMode = "DROP_AND_CREATE"
                            }
                            ChangeProcessingDdlHandlingPolicy = {
                              HandleSourceTableDropped   = false
                              HandleSourceTableTruncated = false
                            }
                          })

                          table_mappings = jsonencode({
                            rules = [
                              {
                                "rule-type" = "selection"
                                "rule-id"   = "1"
                                "rule-name" = "include1"
                                "object-locator" = {
                                  "schema-name" = "shop"
                                  "table-name"  = "%"
                                }
                                "rule-action" = "include"
                              },
                              {
                                "rule-type"   = "transformation"
                                "rule-id"     = "2"
                                "rule-name"   = "addColumn2"
                                "rule-target" = "column"
                                "object-locator" = {
                                  "schema-name" = "%"
                                  "table-name"  = "%"
                                }
                                "rule-action" = "add-column"
                                value         = "seq"
                                expression    = "$AR_H_CHANGE_SEQ"
                                "data-type" = {
                                  type   = "string"
                                  length = 35
                                }
                              },
                            ]
                          })

                          tags = {
                            "Cost centre" = "$${team}"
                          }
                        }
                        """);
        }

        @Test
        void aServerlessReplicationHasItsComputeAsABlock() {
            assertThat(serverless().toTerraform()).isEqualTo("""
                        resource "aws_dms_s3_endpoint" "orders" {
                          endpoint_id              = "orders-target"
                          endpoint_type            = "target"
                          service_access_role_arn  = "arn:aws:iam::123456789012:role/dms-s3"
                          bucket_name              = "lake"
                          bucket_folder            = "raw"
                          data_format              = "parquet"
                          cdc_max_batch_interval   = 300
                          cdc_min_file_size        = 262144
                          include_op_for_full_load = true
                          timestamp_column_name    = "dms_timestamp"
                          date_partition_enabled   = true
                          dict_page_size_limit     = 1048576
                          data_page_size           = 1048576
                          row_group_length         = 10000
                        }

                        # SOURCE_SCHEMA_MISSING: Without a source schema tables, keys and types cannot be checked, nulls in updates
                        # are taken as real, and a column of the source that is named like a before-image is taken for one (rules S8
                        # and S10). Give it: SourceSchema.fromJdbc(dataSource), or by hand.
                        # To change most arguments Terraform stops the replication. It does not start it: that is left to you.
                        resource "aws_dms_replication_config" "orders" {
                          replication_config_identifier = "orders"
                          replication_type              = "full-load-and-cdc"
                          source_endpoint_arn           = "arn:aws:dms:eu-west-1:123456789012:endpoint:ABC"
                          target_endpoint_arn           = aws_dms_s3_endpoint.orders.endpoint_arn

                          compute_config {
                            max_capacity_units     = 16
                            multi_az               = true
                            vpc_security_group_ids = ["sg-1", "sg-2"]
                            dns_name_servers       = "10.0.0.2,10.0.0.3"
                          }

                          replication_settings = jsonencode({
                            TargetMetadata = {
                              SupportLobs        = true
                              FullLobMode        = false
                              LimitedSizeLobMode = true
                              LobMaxSize         = 32
                              BatchApplyEnabled  = false
                            }
                            FullLoadSettings = {
                              TargetTablePrepMode = "DO_NOTHING"
                            }
                            Logging = {
                              EnableLogging = true
                              LogComponents = [
                                {
                                  Id       = "FILE_FACTORY"
                                  Severity = "LOGGER_SEVERITY_DEFAULT"
                                },
                                {
                                  Id       = "TARGET_APPLY"
                                  Severity = "LOGGER_SEVERITY_DEFAULT"
                                },
                                {
                                  Id       = "TARGET_LOAD"
                                  Severity = "LOGGER_SEVERITY_DEFAULT"
                                },
                              ]
                            }
                            ChangeProcessingDdlHandlingPolicy = {
                              HandleSourceTableDropped   = false
                              HandleSourceTableTruncated = false
                            }
                          })

                          table_mappings = jsonencode({
                            rules = [
                              {
                                "rule-type" = "selection"
                                "rule-id"   = "1"
                                "rule-name" = "include1"
                                "object-locator" = {
                                  "schema-name" = "public"
                                  "table-name"  = "%"
                                }
                                "rule-action" = "include"
                              },
                              {
                                "rule-type"   = "transformation"
                                "rule-id"     = "2"
                                "rule-name"   = "addColumn2"
                                "rule-target" = "column"
                                "object-locator" = {
                                  "schema-name" = "%"
                                  "table-name"  = "%"
                                }
                                "rule-action" = "add-column"
                                value         = "dms_seq"
                                expression    = "$AR_H_CHANGE_SEQ"
                                "data-type" = {
                                  type   = "string"
                                  length = 35
                                }
                              },
                              {
                                "rule-type"   = "transformation"
                                "rule-id"     = "3"
                                "rule-name"   = "addBeforeImageColumns3"
                                "rule-target" = "column"
                                "object-locator" = {
                                  "schema-name" = "%"
                                  "table-name"  = "%"
                                }
                                "rule-action" = "add-before-image-columns"
                                "before-image-def" = {
                                  "column-prefix" = "before_"
                                  "column-suffix" = ""
                                  "column-filter" = "pk-only"
                                }
                              },
                            ]
                          })
                        }
                        """);
        }

        /** HashiCorp's own parser read these as they are meant when they were written down; parsers differ about "$$${". */
        @Test
        void nothingInATextIsTakenAsAnExpression() {
            assertThat(HclText.quoted("${a} %{b} $c %d {e}")).isEqualTo("\"$${a} %%{b} $c %d {e}\"");
            assertThat(HclText.quoted("$${a} $%{b}")).isEqualTo("\"\\u0024$${a} \\u0024%%{b}\"");
            assertThat(HclText.quoted("\"\\\n\r\t\u0007\u2028")).isEqualTo("\"\\\"\\\\\\n\\r\\t\\u0007\\u2028\"");
        }

        @Test
        void halfOfASurrogatePairIsRefused() {
            Deployment deployment = Deployment.builder(lakeReady(), "orders")
                    .tag("a", "b\ud800")
                    .build();
            String message =
                    "Cannot write the text 'b\ud800': it holds half of a surrogate pair, which UTF-8 has no bytes for. Correct the text.";

            assertThatThrownBy(deployment::toTerraform)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
            assertThatThrownBy(deployment::toCloudFormation).hasMessage(message);
        }

        @Test
        void zeroIsNotSentByTheProvider() {
            Deployment deployment = Deployment.builder(
                            lakeReady().toBuilder()
                                    .settings(s -> s.cdc(c -> c.maxBatchInterval(Duration.ZERO)))
                                    .build(),
                            "orders")
                    .build();

            assertThat(deployment.toTerraform())
                    .contains(
                            "  # Terraform's provider takes 0 for not set and does not send it: send it with ModifyEndpoint.\n"
                                    + "  cdc_max_batch_interval");
        }
    }

    @Nested
    class AsInputOfOperations {
        @Test
        void theEndpointHasTheDisputedDefaultsOfParquet() {
            CreateEndpointInput input = serverless().createEndpoint();

            assertThat(input.endpointIdentifier()).isEqualTo("orders-target");
            assertThat(input.extraConnectionAttributes()).isEmpty();
            assertThat(input.s3Settings())
                    .containsEntry(S3Attribute.ROW_GROUP_LENGTH, 10_000L)
                    .containsEntry(S3Attribute.DATA_PAGE_SIZE, 1_048_576L)
                    .containsEntry(S3Attribute.DICT_PAGE_SIZE_LIMIT, 1_048_576L);
            assertThat(task().createEndpoint().extraConnectionAttributes()).contains("CdcPath=txn");
        }

        @Test
        void theTaskHasItsDocumentsAsTextsOnOneLine() {
            Deployment deployment = Deployment.builder(task().spec().toBuilder().build(), "shop-cdc")
                    .migrationType(MigrationType.CDC)
                    .cdcStartPosition("mysql-bin-changelog.000024:373")
                    .sourceEndpointArn(SOURCE)
                    .replicationInstanceArn(INSTANCE)
                    .tag("Team", "data")
                    .build();

            assertThat(deployment.createReplicationTask(TARGET).toJson()).isEqualTo("""
                    {
                      "ReplicationTaskIdentifier" : "shop-cdc",
                      "SourceEndpointArn" : "arn:aws:dms:eu-west-1:123456789012:endpoint:ABC",
                      "TargetEndpointArn" : "arn:aws:dms:eu-west-1:123456789012:endpoint:GHI",
                      "ReplicationInstanceArn" : "arn:aws:dms:eu-west-1:123456789012:rep:DEF",
                      "MigrationType" : "cdc",
                      "TableMappings" : "{\\"rules\\":[{\\"rule-type\\":\\"selection\\",\\"rule-id\\":\\"1\\",\\"rule-name\\":\\"include1\\",\\"object-locator\\":{\\"schema-name\\":\\"shop\\",\\"table-name\\":\\"%\\"},\\"rule-action\\":\\"include\\"},{\\"rule-type\\":\\"transformation\\",\\"rule-id\\":\\"2\\",\\"rule-name\\":\\"addColumn2\\",\\"rule-target\\":\\"column\\",\\"object-locator\\":{\\"schema-name\\":\\"%\\",\\"table-name\\":\\"%\\"},\\"rule-action\\":\\"add-column\\",\\"value\\":\\"seq\\",\\"expression\\":\\"$AR_H_CHANGE_SEQ\\",\\"data-type\\":{\\"type\\":\\"string\\",\\"length\\":35}}]}",
                      "ReplicationTaskSettings" : "{\\"FullLoadSettings\\":{\\"TargetTablePrepMode\\":\\"DROP_AND_CREATE\\"},\\"ChangeProcessingDdlHandlingPolicy\\":{\\"HandleSourceTableDropped\\":false,\\"HandleSourceTableTruncated\\":false}}",
                      "CdcStartPosition" : "mysql-bin-changelog.000024:373",
                      "Tags" : [ {
                        "Key" : "Team",
                        "Value" : "data"
                      } ]
                    }""");
        }

        @Test
        void whatIsNotKnownOrOfTheOtherKindIsRefused() {
            assertThatThrownBy(() -> task().createReplicationTask(TARGET))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "Cannot make the input of CreateReplicationTask for deployment 'shop-cdc': the ARN of its source endpoint is not known. Set sourceEndpointArn.");
            assertThatThrownBy(() -> task().createReplicationConfig(TARGET))
                    .hasMessage(
                            "Cannot make the input of CreateReplicationConfig for deployment 'shop-cdc': it is not serverless. Use createReplicationTask, or set serverless.");
            assertThatThrownBy(() -> serverless().createReplicationTask(TARGET))
                    .hasMessage(
                            "Cannot make the input of CreateReplicationTask for deployment 'orders': it is serverless. Use createReplicationConfig.");
        }
    }

    @Nested
    class Checked {
        @Test
        void allThatIsWrongIsGivenAtOnce() {
            Deployment.Builder builder = Deployment.builder(
                            lakeReady().toBuilder()
                                    .settings(S3TargetSettings.of(s -> s.bucketName("lake")
                                            .bucketFolder("raw")
                                            .timestampColumnName("ts")
                                            .cdc(c -> c.preserveTransactions("a;b"))))
                                    .build(),
                            "orders_cdc")
                    .endpointIdentifier("1")
                    .sourceEndpointArn("orders")
                    .replicationInstanceArn(SOURCE)
                    .cdcStartPosition("2026-11-25T00:00:00")
                    .serverless(c -> c.maxCapacityUnits(12)
                            .minCapacityUnits(16)
                            .multiAz()
                            .availabilityZone("eu-west-1a")
                            .dnsNameServers("1", "2", "3", "4", "5")
                            .preferredMaintenanceWindow("sunday"))
                    .tag("aws:x", "y");

            assertThatThrownBy(builder::build)
                    .isInstanceOfSatisfying(
                            InvalidConfigurationException.class,
                            e -> assertThat(e.findings())
                                    .containsExactly(
                                            Finding.error(
                                                    "ROLE_MISSING",
                                                    "$.spec.s3Settings.ServiceAccessRoleArn",
                                                    "No role is named: DMS has no right to write to bucket 'lake'.",
                                                    "Set ServiceAccessRoleArn to a role that dms.amazonaws.com may take on."),
                                            Finding.error(
                                                    "VALUE_NOT_WRITABLE",
                                                    "$.spec.s3Settings.CdcPath",
                                                    "It is 'a;b': how a connection attribute holds a semicolon, an unpaired brace or blanks at its ends is not documented.",
                                                    "Choose another value: tasks take it from connection attributes only."),
                                            Finding.error(
                                                    "NAME_INVALID",
                                                    "$.name",
                                                    "It is 'orders_cdc': DMS takes 1 to 255 letters, digits and single hyphens, beginning with a letter.",
                                                    "Write e.g. lake-orders."),
                                            Finding.error(
                                                    "ENDPOINT_IDENTIFIER_INVALID",
                                                    "$.endpointIdentifier",
                                                    "It is '1': DMS takes 1 to 255 letters, digits and single hyphens, beginning with a letter.",
                                                    "Write e.g. lake-orders."),
                                            Finding.error(
                                                    "ARN_INVALID",
                                                    "$.sourceEndpointArn",
                                                    "'orders' is no ARN of that kind.",
                                                    "Give one such as arn:aws:dms:eu-west-1:123456789012:endpoint:ABC, or leave it out where a template is to ask for it."),
                                            Finding.error(
                                                    "ARN_INVALID",
                                                    "$.replicationInstanceArn",
                                                    "'arn:aws:dms:eu-west-1:123456789012:endpoint:ABC' is no ARN of that kind.",
                                                    "Give one such as arn:aws:dms:eu-west-1:123456789012:rep:ABC, or leave it out where a template is to ask for it."),
                                            Finding.error(
                                                    "COMPUTE_GIVEN_TWICE",
                                                    "$.replicationInstanceArn",
                                                    "A serverless replication runs on no instance, but one is given.",
                                                    "Leave out the instance, or serverless."),
                                            Finding.error(
                                                    "START_POSITION_WITHOUT_CDC",
                                                    "$.cdcStartPosition",
                                                    "It is '2026-11-25T00:00:00', but a task of type full-load-and-cdc begins with its load.",
                                                    "Leave it out, or make the type cdc."),
                                            Finding.error(
                                                    "START_POSITION_ON_SERVERLESS",
                                                    "$.cdcStartPosition",
                                                    "It is '2026-11-25T00:00:00', but a serverless replication begins where it is started.",
                                                    "Leave it out, or use a task on an instance."),
                                            Finding.error(
                                                    "START_TIME_ON_POSTGRESQL",
                                                    "$.cdcStartPosition",
                                                    "It is the time '2026-11-25T00:00:00', which PostgreSQL cannot turn into a position of its log.",
                                                    "Give a log sequence number of an existing slot, e.g. 4AF/B00000D0."),
                                            Finding.error(
                                                    "CAPACITY_INVALID",
                                                    "$.serverless.maxCapacityUnits",
                                                    "It is 12 capacity units: DMS has [1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384].",
                                                    "Choose one of them."),
                                            Finding.error(
                                                    "CAPACITY_REVERSED",
                                                    "$.serverless.minCapacityUnits",
                                                    "The least is 16, more than the most, 12.",
                                                    "Lower the one or raise the other."),
                                            Finding.error(
                                                    "ZONE_WITH_MULTI_AZ",
                                                    "$.serverless.availabilityZone",
                                                    "It is 'eu-west-1a', but a replication over several zones chooses them.",
                                                    "Leave out one of them."),
                                            Finding.error(
                                                    "TOO_MANY_DNS_SERVERS",
                                                    "$.serverless.dnsNameServers",
                                                    "There are 5: DMS takes 4.",
                                                    "Keep 4 of them."),
                                            Finding.error(
                                                    "MAINTENANCE_WINDOW_INVALID",
                                                    "$.serverless.preferredMaintenanceWindow",
                                                    "It is 'sunday', not two times of a week.",
                                                    "Write e.g. sun:23:45-mon:00:30, in UTC."),
                                            Finding.error(
                                                    "TAG_INVALID",
                                                    "$.tags.aws:x",
                                                    "A key has 1 to 128 characters and does not begin with aws:, a value has at most 256.",
                                                    "Correct it.")));
        }

        /** The preset leaves nothing doubtful but that this one knows no source schema. */
        @Test
        void theLakeReadySpecHasNoWarnings() {
            assertThat(serverless().validate().stream()
                            .filter(finding -> finding.severity() != Severity.INFO)
                            .map(Finding::code))
                    .containsExactly("SOURCE_SCHEMA_MISSING");
            assertThat(serverless().toCloudFormation()).doesNotContain(": It is");
        }

        /** The fact sheet on S3 targets, "ServerSideEncryptionKmsKeyId": ignored on CreateEndpoint. */
        @Test
        void aKeyIsToBeLookedAfter() {
            assertThat(task().validate())
                    .contains(
                            Finding.warning(
                                    "KMS_KEY_NEEDS_MODIFY",
                                    "$.spec.s3Settings.ServerSideEncryptionKmsKeyId",
                                    "CreateEndpoint has been seen to ignore the key: files would be encrypted with another one.",
                                    "Compare with DescribeEndpoints, and send S3Settings again with ModifyEndpoint if it is missing there."));
        }

        /** What is wrong only for the type of the task is found too. */
        @Test
        void theTaskSettingsAreCheckedForTheTypeOfTheTask() {
            ReplicationSpec spec = lakeReady().toBuilder()
                    .taskSettings(TaskSettings.forS3()
                            .set(ValidationSettings.ENABLE_VALIDATION, true)
                            .set(ResyncSettings.RESYNC_SCHEDULE, "0 0 * * ?")
                            .build())
                    .build();

            assertThat(spec.validate())
                    .noneMatch(finding -> finding.path().equals("$.taskSettings.ResyncSettings.ResyncSchedule"));
            assertThat(Deployment.builder(spec, "orders")
                            .migrationType(MigrationType.FULL_LOAD)
                            .validate())
                    .extracting(Finding::code, Finding::path)
                    .contains(tuple(
                            "RESYNC_SCHEDULE_WITHOUT_CHANGES", "$.spec.taskSettings.ResyncSettings.ResyncSchedule"));
        }

        @Test
        void aBuilderOfADeploymentMakesAnEqualOne() {
            Deployment start = Deployment.builder(task().spec(), "shop")
                    .migrationType(MigrationType.CDC)
                    .cdcStartPosition("mysql-bin-changelog.000024:373")
                    .tag("a", "b")
                    .build();

            assertThat(start.toBuilder().build()).isEqualTo(start);
            assertThat(serverless().toBuilder().build()).isEqualTo(serverless());
            assertThat(start.tags()).isEqualTo(Map.of("a", "b"));
            ServerlessCompute compute = ServerlessCompute.of(c -> c.maxCapacityUnits(8)
                    .minCapacityUnits(2)
                    .availabilityZone("a")
                    .replicationSubnetGroupId("g")
                    .kmsKeyId("k")
                    .preferredMaintenanceWindow("sun:23:45-mon:00:30"));
            assertThat(compute.toBuilder().build()).isEqualTo(compute);
        }
    }
}
