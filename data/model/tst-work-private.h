/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/tst-work.h"

G_BEGIN_DECLS

typedef enum
{
  TST_FIELD_TEXT, /* one line */
  TST_FIELD_PROSE, /* may have line breaks */
  TST_FIELD_DATE,
  TST_FIELD_MONEY,
  TST_FIELD_PERCENT,
  TST_FIELD_DEGREES,
  TST_FIELD_WKT
} TstFieldKind;

/* The columns, in the order of interface.md and then ours; the numbers are of this program only. */
typedef enum
{
  TST_COL_CODE,
  TST_COL_TITLE,
  TST_COL_DESCRIPTION,
  TST_COL_SECTOR,
  TST_COL_TYPE,
  TST_COL_STATUS,
  TST_COL_DEPENDENCY,
  TST_COL_COMUNA,
  TST_COL_BARRIO,
  TST_COL_LAT,
  TST_COL_LON,
  TST_COL_WKT,
  TST_COL_BUDGET,
  TST_COL_CONTRACT_NUMBER,
  TST_COL_CONTRACTOR,
  TST_COL_START_PLANNED,
  TST_COL_END_PLANNED,
  TST_COL_PHYSICAL_PLANNED_PCT,
  TST_COL_PHYSICAL_OBSERVED_PCT,
  TST_COL_FINANCIAL_PCT,
  TST_COL_SECOP_URL,
  TST_COL_BPIN,
  TST_COL_DIVIPOLA,
  TST_COL_FUNDING,
  TST_COL_PLAN_GOAL,
  TST_COL_START_ACTUAL,
  TST_COL_END_ACTUAL,
  TST_COL_PCT_AS_OF,
  TST_COL_PCT_SOURCE,
  TST_N_WORK_COLUMNS,
  /* Read from SECOP only, into the contract. */
  TST_COL_SECOP_PROCESS = TST_N_WORK_COLUMNS,
  TST_COL_MODALITY,
  TST_COL_DAYS_ADDED,
  TST_COL_CONTRACT_TYPE,
  TST_COL_SUPPLIER_ID_TYPE,
  TST_COL_SUPPLIER_ID,
  TST_COL_CONTRACT_STATUS,
  TST_N_COLUMNS
} TstColumn;

typedef struct
{
  const char *name; /* CSV column and JSON member */
  TstFieldKind kind;
  gsize offset;     /* of the char * or double in TstWork; unused for TST_FIELD_WKT */
} TstWorkField;

extern const TstWorkField _tst_work_fields[TST_N_WORK_COLUMNS];

static inline char **
_tst_work_text (const TstWork *self, TstColumn column)
{
  return (char **) ((char *) self + _tst_work_fields[column].offset);
}

static inline double *
_tst_work_number (const TstWork *self, TstColumn column)
{
  return (double *) ((char *) self + _tst_work_fields[column].offset);
}

static inline gboolean
_tst_work_is_number (TstColumn column)
{
  TstFieldKind kind = _tst_work_fields[column].kind;

  return kind == TST_FIELD_MONEY || kind == TST_FIELD_PERCENT || kind == TST_FIELD_DEGREES;
}

G_END_DECLS
