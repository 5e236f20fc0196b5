// The shared object's one symbol. Apart from the module itself, so that the unit tests link that without exporting it.
#include "trust_module.h"

CERTUS_MODULE(certus::trust::TrustModule)
