/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What each field of the open data means: one list for the page, the catalogue and the queryables of the API. Static. */

typedef struct
{
  const char *name;
  const char *type;  /* JSON Schema: "string", "number", "integer" */
  const char *format; /* (nullable) JSON Schema: "date", "date-time", "uri" */
  const char *es;
} TstDataField;

typedef enum
{
  TST_DATA_WORKS,
  TST_DATA_EVIDENCE,
} TstDataSet;

const TstDataField *tst_data_fields (TstDataSet set, guint *n_fields);
const char *tst_data_set_title (TstDataSet set);

/* The licence of the data, in words and as an address. */
#define TST_DATA_LICENCE "Creative Commons Atribución 4.0 (CC BY 4.0)"
#define TST_DATA_LICENCE_URL "https://creativecommons.org/licenses/by/4.0/deed.es"

/* DCAT 3 in JSON-LD, the dictionary with it as CSVW columns. @publisher: who; (transfer full). */
char *tst_data_catalogue (const char *base_url, const char *town, const char *publisher, const char *email, const char *modified);

G_END_DECLS
