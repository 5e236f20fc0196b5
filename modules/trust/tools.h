// The five rows of the Trust module; each tool's file holds its description, its schemas and its conversation.
#pragma once

#include "certus/catalog.h"

namespace certus::trust {

extern const Tool kVerify, kSign, kGetProvenance, kQueryTransparency, kGetStats;

}  // namespace certus::trust
