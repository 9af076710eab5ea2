/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TstCodeList:
 *
 * The closed lists that records, forms and files draw from. The codes are on disk and on the wire: ASCII, stable, append only.
 * The numbers of this enum are not; tst_code_list_name() is the stable name of a list.
 */
typedef enum
{
  TST_LIST_WORK_STATUS,        /* "work-status": estado de obra */
  TST_LIST_EVENT_TYPE,         /* "event-type": espacio */
  TST_LIST_CONTRIBUTION_CLASS, /* "contribution-class": aporte */
  TST_LIST_CONTRIBUTION_STATE, /* "contribution-state": estado del aporte */
  TST_LIST_DOCUMENT_TYPE,      /* "document-type" */
  TST_LIST_ETHNICITY,          /* "ethnicity"; sensitive */
  TST_LIST_SEX,                /* "sex"; sensitive */
  TST_LIST_GENDER,             /* "gender"; sensitive */
  TST_LIST_AGE_BAND,           /* "age-band"; sensitive */
  TST_LIST_YES_NO,             /* "yes-no": disability, victim; sensitive */
  TST_LIST_ACTOR,              /* "actor" */
  TST_LIST_WORK_ITEM,          /* "work-item": ítem de obra */
  TST_LIST_MOMENT,             /* "moment" of a live stream */
  TST_LIST_SECTOR,             /* "sector": OC4IDS projectSector */
  TST_LIST_WORK_TYPE,          /* "work-type": OC4IDS projectType */
  TST_LIST_PHASE,              /* "phase" of a capture */
  TST_LIST_CAPTURE_KIND,       /* "capture-kind" */
  TST_LIST_CONTRACT_NATURE,    /* "contract-nature": OC4IDS contractNature */
  TST_LIST_MODE,               /* "mode": presencial, virtual */
  TST_LIST_REPLY_CHANNEL,      /* "reply-channel" */
  TST_LIST_CAUSE,              /* "cause": why a work is behind or ahead of its programme */
  TST_LIST_COMPLIANCE,         /* "compliance": cumple, parcial, no */
  TST_LIST_VISIT_ROLE,         /* "visit-role": in which capacity somebody signs */
  TST_LIST_PHOTO_NEED,         /* "photo-need": which photo of a visit's checklist it is */
  TST_LIST_PLATFORM,           /* "platform" of a live stream */
  TST_LIST_ANCHOR_SOURCE,      /* "anchor-source": what ties a stream's time to the clock */
  TST_LIST_COMMITMENT_STATUS,  /* "commitment-status": what became of it */
  TST_LIST_TURN_ACT,           /* "turn-act": what happens with the word of a speaker */
  TST_LIST_TURN_OUTCOME,       /* "turn-outcome": what a speaker got */
  TST_N_LISTS
} TstCodeList;

/* @oc4ids: the code of the list that OC4IDS 0.9 has for the same thing, NULL where it has none. Static. */
typedef struct
{
  const char *code;
  const char *es;
  const char *en;
  const char *oc4ids;
} TstCode;

const char *tst_code_list_name (TstCodeList list);
gboolean tst_code_list_by_name (const char *name, TstCodeList *list);

/* All codes in the order in which people see them. Any thread. */
const TstCode *tst_code_list (TstCodeList list, guint *n_codes);
/* NULL unless @code is exactly one of the list. */
const TstCode *tst_code_find (TstCodeList list, const char *code);
gboolean tst_code_is_valid (TstCodeList list, const char *code);
/* Label in "es" (also for any other @lang) or "en". An unknown code of a newer version is its own label. */
const char *tst_code_label (TstCodeList list, const char *code, const char *lang);
/* What a person wrote: code, label in either language or OC4IDS code; case, accents and "_-" or spaces do not matter. NULL if none. */
const TstCode *tst_code_from_text (TstCodeList list, const char *text);
/* "a, b, c", for messages. */
char *tst_code_list_join (TstCodeList list);

/* Lower case, accents dropped, anything but ASCII letters and digits one "_" (none at the ends): for comparing headers and labels. */
char *tst_fold_name (const char *text);
/* The same with spaces, and letters of other scripts kept: for search, so that "PUENTE  Niño" finds "puente nino". */
char *tst_fold_words (const char *text);

G_END_DECLS
