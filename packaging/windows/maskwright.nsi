; The installer for Windows: for one person, without administrator's rights, into their own
; programs folder. Made by make_exe.py; images, projects and settings lie elsewhere and stay.
;
; Compressed in blocks, not solid: makensis holds the data of a solid one in memory, and an
; installer of NSIS ends at 2 GB. That is room for the CPU flavour alone.
Unicode True
!include MUI2.nsh
!include FileFunc.nsh
SetCompressor lzma
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Maskwright"
!define CLASSES "Software\Classes"

Name "Maskwright"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Maskwright"
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
RequestExecutionLevel user
ManifestDPIAware true
VIProductVersion "${NUMBERS}"
VIAddVersionKey ProductName "Maskwright"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "Maskwright installer"
VIAddVersionKey LegalCopyright "Apache License 2.0"
!ifdef SIGN
  !finalize '${SIGN} "%1"' = 0
  !uninstfinalize '${SIGN} "%1"' = 0
!endif

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${SIDE}"
!define MUI_WELCOMEFINISHPAGE_BITMAP_STRETCH AspectFitHeight
BrandingText "Maskwright ${VERSION}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\maskwright.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English

; A program that runs can't be written to, and nothing has been touched yet.
!macro STOP_WHERE_IT_RUNS PROGRAM
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    ClearErrors
    FileOpen $0 "$INSTDIR\${PROGRAM}" a
    ${If} ${Errors}
      MessageBox MB_OK|MB_ICONEXCLAMATION "Maskwright is running. Close it, then start again." /SD IDOK
      SetErrorLevel 1
      Abort "Maskwright is running."
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

; What is ours and nothing else, whatever folder somebody chose.
!macro REMOVE_PROGRAM
  !insertmacro STOP_WHERE_IT_RUNS "maskwright.exe"
  !insertmacro STOP_WHERE_IT_RUNS "maskwright-cli.exe"
  ${If} ${FileExists} "$INSTDIR\maskwright.exe"
    RMDir /r "$INSTDIR\_internal"
    Delete "$INSTDIR\maskwright-cli.exe"
    Delete "$INSTDIR\maskwright.exe"
  ${EndIf}
!macroend

Section
  SetShellVarContext current
  !insertmacro REMOVE_PROGRAM ; of an older version
  SetOutPath "$INSTDIR"
  File /r "${FILES}"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Maskwright.lnk" "$INSTDIR\maskwright.exe"

  WriteRegStr HKCU "${KEY}" DisplayName "Maskwright"
  WriteRegStr HKCU "${KEY}" DisplayVersion "${VERSION}"
  WriteRegStr HKCU "${KEY}" DisplayIcon "$INSTDIR\maskwright.exe"
  WriteRegStr HKCU "${KEY}" InstallLocation "$INSTDIR"
  WriteRegStr HKCU "${KEY}" URLInfoAbout "${HOMEPAGE}"
  WriteRegStr HKCU "${KEY}" UninstallString '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${KEY}" QuietUninstallString '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${KEY}" NoModify 1
  WriteRegDWORD HKCU "${KEY}" NoRepair 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${KEY}" EstimatedSize $0

  ; In the menu of every folder, and under "Open with" of the images.
  WriteRegStr HKCU "${CLASSES}\Directory\shell\Maskwright" "" "Open folder with Maskwright"
  WriteRegStr HKCU "${CLASSES}\Directory\shell\Maskwright" Icon "$INSTDIR\maskwright.exe"
  WriteRegStr HKCU "${CLASSES}\Directory\shell\Maskwright\command" "" '"$INSTDIR\maskwright.exe" "%1"'
  WriteRegStr HKCU "${CLASSES}\Applications\maskwright.exe\shell\open\command" "" '"$INSTDIR\maskwright.exe" "%1"'
  !include "${TYPES}"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)' ; the menus are read anew
SectionEnd

Section Uninstall
  SetShellVarContext current
  !insertmacro REMOVE_PROGRAM
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" ; only if nothing of anybody else's is in it
  Delete "$SMPROGRAMS\Maskwright.lnk"
  DeleteRegKey HKCU "${KEY}"
  DeleteRegKey HKCU "${CLASSES}\Directory\shell\Maskwright"
  DeleteRegKey HKCU "${CLASSES}\Applications\maskwright.exe"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd
