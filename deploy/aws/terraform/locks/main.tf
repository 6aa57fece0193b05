# A table for locks of Claviger's own (layout native), or shared with clients of lynk (layout lynk).

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "table_name" {
  description = "The name of the table."
  type        = string
}

variable "layout" {
  description = "native for Claviger alone, lynk to share the table with clients of lynk."
  type        = string
  default     = "native"

  validation {
    condition     = contains(["native", "lynk"], var.layout)
    error_message = "The layout is native or lynk; there is another module for dynalock."
  }
}

variable "point_in_time_recovery" {
  description = "Whether the table can be restored as of any second of the last weeks. Costs by size."
  type        = bool
  default     = false
}

variable "deletion_protection" {
  description = "Whether the table cannot be deleted until this is switched off."
  type        = bool
  default     = true
}

resource "aws_dynamodb_table" "locks" {
  name                        = var.table_name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "lockKey"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "lockKey"
    type = "S"
  }

  ttl {
    attribute_name = "expireAt"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = var.point_in_time_recovery
  }

  tags = merge({ claviger = var.layout }, var.layout == "lynk" ? { lynk = "lock-table" } : {})
}

output "table_arn" {
  description = "The ARN of the table, for policies."
  value       = aws_dynamodb_table.locks.arn
}

output "table_name" {
  description = "The name of the table."
  value       = aws_dynamodb_table.locks.name
}

output "url" {
  description = "The address for LockClient.connect and CLAVIGER_URL."
  value       = "dynamodb:${aws_dynamodb_table.locks.name}?layout=${var.layout}"
}
