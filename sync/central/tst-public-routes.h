/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"

G_BEGIN_DECLS

/**
 * TstPublicRoutes:
 *
 * The public face: pages (models for the renderer), pieces of evidence with record, body and proof, derivatives, downloads. Everything
 * here is built from published items; of all else only counts are told (invariant 10).
 *
 * Requests are answered on threads of their own; the store is read in short turns.
 */
typedef struct _TstPublicRoutes TstPublicRoutes;

/* @renderer: (nullable): without one pages answer 500 and the data addresses work. */
TstPublicRoutes *tst_public_routes_new (TstCentral *central, TstPageRenderer *renderer);
void tst_public_routes_free (TstPublicRoutes *self); /* waits for requests under way */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstPublicRoutes, tst_public_routes_free)

/* Adds the handler for "/": whatever no other handler of @server takes. @self must outlive it. Main thread of @server. */
void tst_public_routes_attach (TstPublicRoutes *self, SoupServer *server);

typedef struct
{
  const char *method;
  const char *path;                 /* percent-decoded, as SoupServer hands it over */
  GHashTable *query;                /* (nullable) */
  const char *client;               /* (nullable) address, for the rate limit */
  const char *if_none_match;        /* (nullable) */
  const char *if_modified_since;    /* (nullable) */
} TstPublicRequest;

typedef struct
{
  guint status;
  SoupMessageHeaders *headers;
  GBytes *body;                     /* (nullable); given for HEAD too, so that the length can be told */
} TstPublicResponse;
void tst_public_response_free (TstPublicResponse *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstPublicResponse, tst_public_response_free)

/* One answer, blocking: any thread but the store's. Never NULL. */
TstPublicResponse *tst_public_routes_respond (TstPublicRoutes *self, const TstPublicRequest *request);

G_END_DECLS
