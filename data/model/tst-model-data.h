/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A JSON file of data/model/ that is compiled in: (transfer full). Ours, hence asserted to be well-formed. */
JsonObject *_tst_model_data (const char *name);

G_END_DECLS
