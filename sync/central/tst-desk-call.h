/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-desk-sessions.h"
#include "central/tst-desk.h"
#include "central/tst-http-pool.h"
#include "central/tst-moderation-private.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Inside the desk. Models are ui/web/README.md's. */

typedef struct _TstDeskPictures TstDeskPictures;

struct _TstDesk
{
  TstCentral *central;
  TstPageRenderer *renderer;
  TstHttpPool *pool;
  JsonObject *town_model;
  GTimeZone *zone;
  char *time_zone;
  TstDeskPictures *pictures;
};

/* One request on its way, on a worker thread. */
typedef struct
{
  TstDesk *desk;
  TstHttpTask *task;
  const char *client;
  GPtrArray *form;         /* (nullable) of a POST: name, value, name, value … */
  TstDeskSession *session; /* (nullable) */
  guint may;
  gint64 now_s;
  const char *rest;        /* what follows the path of the route */
  JsonObject *model;
} TstDeskCall;

/* --- what was asked --- */

/* First value of a field of the form, or NULL; @n counts on among those of one name. */
const char *tst_desk_field (TstDeskCall *call, const char *name);
const char *tst_desk_field_n (TstDeskCall *call, const char *name, guint n);
/* Of the address; NULL when absent or empty. */
const char *tst_desk_param (TstDeskCall *call, const char *name);
gboolean tst_desk_wants_json (TstDeskCall *call);

/* --- answers --- */

/* Frame and page; @page is a template. */
void tst_desk_answer_page (TstDeskCall *call, guint status, const char *page);
/* 303. @path begins with "/mesa/". */
void tst_desk_answer_go (TstDeskCall *call, const char *path);
/* The same with what happened, to be said on the page that follows: "hecho" or "falla" is added to the query. */
void tst_desk_answer_done (TstDeskCall *call, const char *path, const char *done);
void tst_desk_answer_failed (TstDeskCall *call, const char *path, const GError *error);
void tst_desk_answer_status (TstDeskCall *call, guint status); /* a page that says so */
void tst_desk_answer_error (TstDeskCall *call, const GError *error);

/* --- pages; each takes the call whose account may have it --- */

void tst_desk_sign_in_page (TstDeskCall *call);   /* entrar */
void tst_desk_code_page (TstDeskCall *call);      /* codigo */
void tst_desk_sign_out (TstDeskCall *call);
void tst_desk_board (TstDeskCall *call);          /* tablero */
void tst_desk_queue (TstDeskCall *call);          /* cola */
void tst_desk_piece (TstDeskCall *call);          /* pieza/ID */
void tst_desk_visit (TstDeskCall *call);          /* espacio/ID */
void tst_desk_decisions (TstDeskCall *call);      /* decisiones */
void tst_desk_decide (TstDeskCall *call);         /* POST decidir */
void tst_desk_picture (TstDeskCall *call);        /* imagen/ID/WIDTH.jpg */
void tst_desk_medium (TstDeskCall *call);         /* medio/ID */
void tst_desk_numbers (TstDeskCall *call);        /* aportes */
void tst_desk_number (TstDeskCall *call);         /* aporte/NUMBER */
void tst_desk_number_step (TstDeskCall *call);    /* POST aporte/NUMBER/… */
void tst_desk_officer (TstDeskCall *call);        /* oficial */
void tst_desk_sealed (TstDeskCall *call);         /* sellado?espacio= */
void tst_desk_sealed_parts (TstDeskCall *call);   /* partes?espacio=, JSON */
void tst_desk_reply_sent (TstDeskCall *call);     /* POST enviada */
void tst_desk_sealed_medium (TstDeskCall *call);  /* sellado-medio/ID/SHA256: an age file */
void tst_desk_voice (TstDeskCall *call);          /* voz/ID/SHA256 */
void tst_desk_surveys (TstDeskCall *call);        /* encuestas */
void tst_desk_agenda (TstDeskCall *call);         /* agenda */
void tst_desk_agenda_add (TstDeskCall *call);     /* POST agenda */
void tst_desk_accounts (TstDeskCall *call);       /* cuentas */
void tst_desk_account_state (TstDeskCall *call);  /* POST cuentas/estado */

/* --- shapes --- */

/* Everything about an item that whoever decides wants to see: "item" of the model. NULL without error: there is none. */
JsonObject *tst_desk_item_model (TstDeskCall *call, const char *id, GError **error);
/* "voices" and how many "papers" of a contribution (tst-desk-sealed.c). @content: nullable */
void tst_desk_put_attachments (JsonObject *model, const char *id, JsonObject *content);
/* {"src", "length"} of a voice that record @id names. */
JsonObject *tst_desk_voice_shape (const char *id, const char *hex, JsonObject *attachment);
JsonArray *tst_desk_reasons (void);
/* "green", "amber", "red", "late" by working days left; @left (out). */
const char *tst_desk_light (TstDeskCall *call, const char *due_on, int *left);
void tst_desk_put_light (TstDeskCall *call, JsonObject *object, const char *due_on);
TstModeration *tst_desk_moderation (TstDeskCall *call);
gboolean tst_desk_is_local_path (const char *path);

TstDeskPictures *tst_desk_pictures_new (void);
void tst_desk_pictures_free (TstDeskPictures *self);

/* --- hooks: programs of the city that the configuration names --- */

#define TST_DESK_HOOK_S 20
/**
 * tst_desk_run_hook:
 * @name: "radicado_command" or "purge_command": a list of texts in town.json, program and arguments; no shell
 * @input: what it reads
 * @output: (out) (optional) (transfer full): what it wrote, at most 64 KiB, UTF-8
 *
 * Blocks, at most TST_DESK_HOOK_S. TST_ERROR_NOT_FOUND when there is none configured; TST_ERROR_FAILED when it could not be run, took too long or
 * did not end with 0.
 */
gboolean tst_desk_run_hook (TstCentral *central, const char *name, const char *input, char **output, GError **error);
gboolean tst_desk_has_hook (TstCentral *central, const char *name);

G_END_DECLS
