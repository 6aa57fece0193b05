# A table for locks, and for keys and values, shared with programs that use dynalock.

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
  hash_key                    = "id"
  range_key                   = "name"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "name"
    type = "S"
  }

  ttl {
    attribute_name = "expires"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = var.point_in_time_recovery
  }

  tags = { claviger = "dynalock" }
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
  description = "The address for LockClient.connect and CLAVIGER_URL; &partition=P names a partition other than claviger."
  value       = "dynamodb:${aws_dynamodb_table.locks.name}?layout=dynalock"
}
