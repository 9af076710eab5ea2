/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-hash.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A comuna or corregimiento. */
typedef struct
{
  char *code;
  char *name;
} TstComuna;

/**
 * TstTown:
 *
 * The municipality's profile. Plain data, owned, not changed after it was read; texts are never NULL but may be empty.
 */
typedef struct
{
  gboolean fictitious;     /* pages and documents must say so */
  char *fictitious_notice; /* what they say */
  char *name;
  char *department;
  char *entity;            /* "Alcaldía de …" */
  char *nit;
  char *divipola;          /* text */
  char *address;
  char *email;
  char *telephone;
  char *website;
  char *policy_url;
  char *time_zone;
  double lat, lon;         /* main square: where maps open */
  char *comunas_geojson;   /* path, relative to the profile's own folder */
  GPtrArray *comunas;      /* (element-type TstComuna) */
  char *notice_version;
  char *notice_template;   /* Spanish, with {entidad} {nit} {direccion} {correo} {telefono} {politica} */
  char *notice_template_en;
} TstTown;

/* The shipped, fictitious profile (data/model/town.json). */
TstTown *tst_town_new_default (void);
/* @json: the members of data/model/town.json that differ from the default one; TST_ERROR_BAD_VALUE names the member. A profile of
 * one's own is not fictitious unless it says so. */
TstTown *tst_town_new_from_json (JsonObject *json, GError **error);
JsonObject *tst_town_to_json (const TstTown *self);
void tst_town_free (TstTown *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstTown, tst_town_free)

/* The notice as it is shown, placeholders filled, in "es" (also for any other @lang) or "en". */
char *tst_town_dup_notice (const TstTown *self, const char *lang);
/* SHA-256 of exactly that text in UTF-8: what goes into each consent. */
TstHash tst_town_notice_hash (const TstTown *self, const char *lang);

G_END_DECLS
